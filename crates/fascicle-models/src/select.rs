//! Choosing sites by name or pattern.

use globset::{Glob, GlobMatcher};

use crate::error::ModelError;
use crate::names::nearest;
use crate::site::{Site, SiteKind};

/// A set of sites, written as names and patterns.
///
/// A pattern is a site's full name (`blocks.0.attn.hook_z`, or one head of it: `blocks.0.attn.hook_z[3]`), a
/// kind without its block (`attn.hook_z`: every block's), or a glob over full names (`*hook_resid_post`,
/// `blocks.{0,1}.*`), where `*` spans dots.
#[derive(Clone, Debug)]
pub struct SiteSelector {
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    text: String,
    kind: PatternKind,
}

#[derive(Clone, Debug)]
enum PatternKind {
    Site(Site),
    Kind(String),
    Glob(GlobMatcher),
}

impl Pattern {
    fn matches(&self, site: Site) -> bool {
        match &self.kind {
            PatternKind::Site(wanted) => wanted.whole() == site.whole(),
            PatternKind::Kind(name) => site.kind.name() == name,
            PatternKind::Glob(glob) => glob.is_match(site.whole().to_string()),
        }
    }

    fn head(&self) -> Option<usize> {
        match self.kind {
            PatternKind::Site(site) => site.head,
            _ => None,
        }
    }
}

impl SiteSelector {
    /// Reads patterns.
    ///
    /// # Errors
    /// [`ModelError::UnknownSite`] for a pattern that is neither a name nor a glob.
    pub fn parse<S: AsRef<str>>(patterns: &[S]) -> Result<Self, ModelError> {
        let patterns = patterns.iter().map(|text| parse(text.as_ref())).collect::<Result<_, _>>()?;
        Ok(Self { patterns })
    }

    /// Exactly these sites.
    pub fn sites(sites: &[Site]) -> Self {
        let pattern = |site: &Site| Pattern { text: site.to_string(), kind: PatternKind::Site(*site) };
        Self { patterns: sites.iter().map(pattern).collect() }
    }

    /// Those of a model's sites that are selected, in the model's order; narrowed to single heads where only
    /// single heads were asked for.
    ///
    /// # Errors
    /// [`ModelError::UnknownSite`] when a pattern takes none of them: a misspelt name is never a silent no-op.
    pub fn select(&self, sites: &[Site]) -> Result<Vec<Site>, ModelError> {
        for pattern in &self.patterns {
            if !sites.iter().any(|site| pattern.matches(*site)) {
                let names: Vec<String> = sites.iter().map(Site::to_string).collect();
                let plain = pattern.text.replace(['*', '?'], "");
                let kinds = sites.iter().map(|site| site.kind.name());
                return Err(ModelError::UnknownSite {
                    text: pattern.text.clone(),
                    nearest: nearest(&plain, kinds)
                        .or_else(|| nearest(&plain, names.iter().map(String::as_str))),
                });
            }
        }
        Ok(sites.iter().flat_map(|site| self.narrowed(*site)).collect())
    }

    fn narrowed(&self, site: Site) -> Vec<Site> {
        let taking = || self.patterns.iter().filter(move |pattern| pattern.matches(site));
        let mut heads: Vec<usize> = taking().filter_map(Pattern::head).collect();
        if heads.len() < taking().count() {
            return vec![site];
        }
        heads.sort_unstable();
        heads.dedup();
        heads.into_iter().map(|head| site.with_head(head)).collect()
    }
}

fn parse(text: &str) -> Result<Pattern, ModelError> {
    let named = |kind| Pattern { text: text.to_string(), kind };
    if SiteKind::all().any(|kind| kind.name() == text) {
        return Ok(named(PatternKind::Kind(text.to_string())));
    }
    match text.parse::<Site>() {
        Ok(site) => Ok(named(PatternKind::Site(site))),
        Err(unknown) if text.contains(['*', '?', '{', '[']) => {
            Glob::new(text).map(|glob| named(PatternKind::Glob(glob.compile_matcher()))).map_err(|_| unknown)
        }
        Err(unknown) => Err(unknown),
    }
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
    fn single_heads_stay_single() {
        let select = |patterns: &[&str]| SiteSelector::parse(patterns).unwrap().select(&sites()).unwrap();
        let z = Site::block(3, SiteKind::Z);
        assert_eq!(
            select(&["blocks.3.attn.hook_z[2]", "blocks.3.attn.hook_z[0]"]),
            [z.with_head(0), z.with_head(2)]
        );
        assert_eq!(select(&["blocks.3.attn.hook_z[2]", "blocks.3.*"])[1], z);
    }

    #[test]
    fn a_pattern_that_takes_nothing_is_an_error() {
        let none = |pattern: &str| match SiteSelector::parse(&[pattern]) {
            Ok(selector) => selector.select(&sites()).unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
        insta::assert_snapshot!(none("*hook_resid_pst"), @"unknown site `*hook_resid_pst`: did you mean `hook_resid_post`? (`fascicle inspect MODEL` lists a model's sites)");
        insta::assert_snapshot!(none("blocks.12.attn.hook_z"), @"unknown site `blocks.12.attn.hook_z`: did you mean `blocks.2.attn.hook_z`? (`fascicle inspect MODEL` lists a model's sites)");
        insta::assert_snapshot!(none("resid"), @"unknown site `resid`: did you mean `hook_resid_mid`? (`fascicle inspect MODEL` lists a model's sites)");
    }
}
