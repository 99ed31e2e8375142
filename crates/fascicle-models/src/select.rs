//! Choosing sites by name or pattern.

use globset::{Glob, GlobMatcher};

use crate::error::ModelError;
use crate::names::nearest;
use crate::site::{Axis, Site, SiteKind, Tower, nearest_kind};

/// A set of sites, written as names and patterns.
///
/// A pattern is a site's full name (`blocks.0.attn.hook_z`), a kind without its block (`attn.hook_z`: every
/// block's), or a glob over full names (`*hook_resid_post`, `blocks.{0,1}.*`), where `*` spans dots. A head in
/// brackets narrows any of them: `blocks.0.attn.hook_z[3]`, `attn.hook_z[3]`, `*.hook_[qkv][3]`. It then takes only
/// sites that have heads.
#[derive(Clone, Debug)]
pub struct SiteSelector {
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    text: String,
    names: Names,
    head: Option<usize>,
}

/// Names of sites, heads aside.
#[derive(Clone, Debug)]
enum Names {
    Site(Site),
    Kind(SiteKind),
    Glob(GlobMatcher),
}

impl Pattern {
    fn matches(&self, site: Site) -> bool {
        let named = match &self.names {
            Names::Site(wanted) => *wanted == site.whole(),
            Names::Kind(kind) => *kind == site.kind,
            Names::Glob(glob) => glob.is_match(site.whole().to_string()),
        };
        named && (self.head.is_none() || site.kind.axis(Axis::Head).is_some())
    }

    /// Whether some model could have a site that this takes.
    fn is_known(&self) -> bool {
        // more than any model has
        const BLOCKS: usize = 1000;
        let known = |site: Site| Tower::ALL.into_iter().any(|tower| self.matches(site.in_tower(tower)));
        SiteKind::all().any(|kind| match kind.in_block() {
            true => (0..BLOCKS).any(|layer| known(Site::block(layer, kind))),
            false => known(Site::new(kind)),
        })
    }

    /// Why it takes none of `sites`.
    fn refused(&self, sites: &[Site]) -> ModelError {
        let text = self.text.clone();
        let whole = Self { head: None, ..self.clone() };
        let mut kinds: Vec<SiteKind> =
            sites.iter().filter(|site| whole.matches(**site)).map(|site| site.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        if !kinds.is_empty() {
            let kinds: Vec<String> = kinds.iter().map(|kind| format!("`{}`", kind.name())).collect();
            return ModelError::NoHeads { text, kinds: kinds.join(", ") };
        }
        // what is spelt right needs no other spelling
        let nearest = if self.is_known() { None } else { alike(&text, sites) };
        ModelError::UnknownSite { text, nearest }
    }
}

impl From<Site> for Pattern {
    fn from(site: Site) -> Self {
        Self { text: site.to_string(), names: Names::Site(site.whole()), head: site.head }
    }
}

impl SiteSelector {
    /// Reads patterns.
    ///
    /// # Errors
    /// [`ModelError::UnknownSite`] for what is neither a name nor a glob, [`ModelError::NoHeads`] for a head of a site that
    /// has none, [`ModelError::SitePattern`] for a glob that cannot be read.
    pub fn parse<S: AsRef<str>>(patterns: &[S]) -> Result<Self, ModelError> {
        let patterns = patterns.iter().map(|text| parse(text.as_ref())).collect::<Result<_, _>>()?;
        Ok(Self { patterns })
    }

    /// Exactly these sites.
    pub fn sites(sites: &[Site]) -> Self {
        Self { patterns: sites.iter().map(|site| Pattern::from(*site)).collect() }
    }

    /// Those of a model's sites that are selected, in the model's order; narrowed to single heads where only
    /// single heads were asked for.
    ///
    /// # Errors
    /// [`ModelError::UnknownSite`] when a pattern takes none of them: a misspelt name is never a silent no-op.
    /// [`ModelError::NoHeads`] when it would take some without its head.
    pub fn select(&self, sites: &[Site]) -> Result<Vec<Site>, ModelError> {
        match self.idle(sites) {
            Some(pattern) => Err(pattern.refused(sites)),
            None => Ok(sites.iter().flat_map(|site| self.narrowed(*site)).collect()),
        }
    }

    /// The first pattern that takes none of `sites` although it is spelt right: other models have such sites, this
    /// one lacks the block or the part.
    pub fn absent(&self, sites: &[Site]) -> Option<&str> {
        self.idle(sites).filter(|pattern| pattern.is_known()).map(|pattern| pattern.text.as_str())
    }

    /// Without the globs that take none of `sites` although other models have what they name, and those globs: one
    /// list of globs may serve models of several families. Names stay, and so does everything if nothing else is left.
    pub fn without_absent_globs(&self, sites: &[Site]) -> (Self, Vec<&str>) {
        let absent = |pattern: &&Pattern| {
            let takes_some = sites.iter().any(|site| pattern.matches(*site));
            matches!(pattern.names, Names::Glob(_)) && !takes_some && pattern.is_known()
        };
        let (left_out, kept): (Vec<&Pattern>, Vec<&Pattern>) = self.patterns.iter().partition(absent);
        if kept.is_empty() {
            return (self.clone(), Vec::new());
        }
        let patterns = kept.into_iter().cloned().collect();
        (Self { patterns }, left_out.into_iter().map(|pattern| pattern.text.as_str()).collect())
    }

    /// The first pattern that takes none of `sites`.
    fn idle(&self, sites: &[Site]) -> Option<&Pattern> {
        self.patterns.iter().find(|pattern| !sites.iter().any(|site| pattern.matches(*site)))
    }

    fn narrowed(&self, site: Site) -> Vec<Site> {
        let taking = || self.patterns.iter().filter(move |pattern| pattern.matches(site));
        let mut heads: Vec<usize> = taking().filter_map(|pattern| pattern.head).collect();
        if heads.len() < taking().count() {
            return vec![site];
        }
        heads.sort_unstable();
        heads.dedup();
        heads.into_iter().map(|head| site.with_head(head)).collect()
    }
}

fn parse(text: &str) -> Result<Pattern, ModelError> {
    let (name, head) = split_head(text);
    let named = |names| Pattern { text: text.to_string(), names, head };
    if let Some(kind) = SiteKind::all().find(|kind| kind.name() == name) {
        return Ok(named(Names::Kind(kind)));
    }
    if !name.contains(['*', '?', '{', '[']) {
        return text.parse::<Site>().map(Pattern::from);
    }
    match Glob::new(name) {
        Ok(glob) => Ok(named(Names::Glob(glob.compile_matcher()))),
        Err(error) => {
            Err(ModelError::SitePattern { text: text.to_string(), reason: error.kind().to_string() })
        }
    }
}

/// A head in brackets at the end, and what comes before it.
///
/// A number in brackets is always a head: the class of the one character would be `{3}`.
fn split_head(text: &str) -> (&str, Option<usize>) {
    let split = || {
        let (name, head) = text.strip_suffix(']')?.rsplit_once('[')?;
        let digits = !head.is_empty() && head.bytes().all(|byte| byte.is_ascii_digit());
        Some((name, digits.then(|| head.parse().ok())??))
    };
    split().map_or((text, None), |(name, head)| (name, Some(head)))
}

/// The name of a kind or a site that `text` resembles.
fn alike(text: &str, sites: &[Site]) -> Option<String> {
    nearest_kind(text, sites.iter().map(|site| site.kind)).or_else(|| {
        let plain = split_head(text).0.replace(['*', '?'], "");
        let names: Vec<String> = sites.iter().map(Site::to_string).collect();
        nearest(&plain, names.iter().map(String::as_str))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sites() -> Vec<Site> {
        let mut sites = vec![Site::new(SiteKind::Embed)];
        for layer in 0..12 {
            sites.extend(
                [SiteKind::ResidPre, SiteKind::Z, SiteKind::ResidPost].map(|kind| Site::block(layer, kind)),
            );
        }
        sites
    }

    #[track_caller]
    fn check(patterns: &[&str], count: usize) {
        assert_eq!(
            SiteSelector::parse(patterns).unwrap().select(&sites()).unwrap().len(),
            count,
            "{patterns:?}"
        );
    }

    #[test]
    fn names_kinds_and_globs() {
        check(&["*hook_resid_post"], 12);
        check(&["attn.hook_z"], 12);
        check(&["hook_embed"], 1);
        check(&["blocks.1.*"], 3);
        check(&["blocks.{1,11}.hook_resid_pre"], 2);
        check(&["blocks.1?.hook_resid_pre"], 2);
        check(&["*resid*", "blocks.0.hook_resid_pre"], 24);
        check(&["blocks.3.attn.hook_z[2]"], 1);
        check(&["*"], 37);
    }

    #[test]
    fn heads_of_kinds_and_globs() {
        check(&["attn.hook_z[1]"], 12);
        check(&["*attn.hook_z[1]"], 12);
        check(&["blocks.{3,4}.attn.hook_?[0]", "*hook_z[2]"], 14);
        // what has no heads is not taken
        check(&["blocks.3.*[1]"], 1);
        check(&["*[1]", "hook_embed"], 13);
    }

    #[test]
    fn single_heads_stay_single() {
        let select = |patterns: &[&str]| SiteSelector::parse(patterns).unwrap().select(&sites()).unwrap();
        let z = Site::block(3, SiteKind::Z);
        assert_eq!(
            select(&["blocks.3.attn.hook_z[2]", "blocks.3.attn.hook_z[0]"]),
            [z.with_head(0), z.with_head(2)]
        );
        assert_eq!(select(&["blocks.3.attn.hook_z[2]", "blocks.3.*"])[1], z);
        assert_eq!(select(&["blocks.3.*[2]", "blocks.3.attn.hook_z[0]"]), [z.with_head(0), z.with_head(2)]);
    }

    #[test]
    fn globs_for_other_models_are_left_out_beside_others() {
        let check = |patterns: &[&str], expected: &[&str]| {
            let selector = SiteSelector::parse(patterns).unwrap();
            assert_eq!(selector.without_absent_globs(&sites()).1, expected, "{patterns:?}");
        };
        check(&["*hook_resid_post", "*attn.hook_pattern", "vision.*"], &["*attn.hook_pattern", "vision.*"]);
        // a name is meant for this model, a misspelt glob for none, and a lone glob must take something
        check(&["*hook_resid_post", "attn.hook_pattern"], &[]);
        check(&["*hook_resid_post", "*hook_resid_pst"], &[]);
        check(&["*attn.hook_pattern"], &[]);
    }

    #[test]
    fn a_pattern_that_takes_nothing_is_an_error() {
        let none = |pattern: &str| match SiteSelector::parse(&[pattern]) {
            Ok(selector) => selector.select(&sites()).unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
        insta::assert_snapshot!(none("*hook_resid_pst"), @"unknown site `*hook_resid_pst`: did you mean `hook_resid_post`? (`fascicle inspect MODEL` lists a model's sites)");
        insta::assert_snapshot!(none("resid"), @"unknown site `resid`: did you mean `hook_resid_mid`? (`fascicle inspect MODEL` lists a model's sites)");
        insta::assert_snapshot!(none("*hook_resid_pre[1]"), @"`*hook_resid_pre[1]`: there are no heads at `hook_resid_pre`: leave out the brackets");
        insta::assert_snapshot!(none("blocks.0.hook_resid_pre[1]"), @"`blocks.0.hook_resid_pre[1]`: there are no heads at `hook_resid_pre`: leave out the brackets");
        insta::assert_snapshot!(none("blocks.{0.attn.hook_z"), @"`blocks.{0.attn.hook_z` is not a pattern of sites: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)");
        insta::assert_snapshot!(none("*hook_resid_*[1]"), @"`*hook_resid_*[1]`: there are no heads at `hook_resid_pre`, `hook_resid_post`: leave out the brackets");
        insta::assert_snapshot!(none("hook_z"), @"unknown site `hook_z`: did you mean `attn.hook_z`? (`fascicle inspect MODEL` lists a model's sites)");
        insta::assert_snapshot!(none("blocks.12.attn.hook_z"), @"unknown site `blocks.12.attn.hook_z` (`fascicle inspect MODEL` lists a model's sites)");
    }

    #[test]
    fn what_other_models_have_is_told_from_what_none_has() {
        let absent = |pattern: &str| {
            let selector = SiteSelector::parse(&["*", pattern]).unwrap();
            selector.absent(&sites()).map(str::to_string)
        };
        for pattern in
            ["blocks.12.attn.hook_z", "hook_logits", "*mlp.hook_post", "blocks.12.*", "attn.hook_q[1]"]
        {
            assert_eq!(absent(pattern).as_deref(), Some(pattern));
        }
        for pattern in ["*hook_resid_pst", "*hook_resid_pre[1]", "*hook_resid_pre", "blocks.3.*[1]"] {
            assert_eq!(absent(pattern), None, "{pattern}");
        }
    }
}
