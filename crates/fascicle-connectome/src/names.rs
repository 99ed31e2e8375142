//! How cells of the worm are spelled: VB01 or VB1, dBWML5 or BWM-DL05 or MDL05, g1p or g1P, AWCL or AWCOFF.

use std::borrow::Cow;

use crate::cells::{self, Cell};

choice! {
    /// A way to spell the worm's cells. Blanks around a name go in every scheme.
    #[derive(Default)]
    pub enum NameScheme as "name scheme" {
        /// WormAtlas: motor neurons without zeros (VB1), body wall muscles as MDL05, the gland g1P.
        #[default]
        WormAtlas = "wormatlas",
        /// Cook et al. 2019: motor neurons with zeros (VB01), body wall muscles as dBWML5, the gland g1p.
        Cook2019 = "cook2019",
        /// As the file has them.
        File = "file",
    }
}

choice! {
    /// How the two AWC neurons are called. Which of them is ON differs from worm to worm; where a file speaks of
    /// states, AWCOFF is read as AWCL and AWCON as AWCR, as the signal propagation atlas does.
    #[derive(Default)]
    pub enum AwcNames as "naming of AWC" {
        /// AWCL and AWCR.
        #[default]
        Sides = "sides",
        /// AWCOFF and AWCON.
        States = "states",
    }
}

/// The spelling of a cell; `raw` is how the file has it.
pub(crate) fn spelled<'a>(
    raw: &'a str,
    cell: Option<&Cell>,
    scheme: NameScheme,
    awc: AwcNames,
) -> Cow<'a, str> {
    let Some(cell) = cell else { return Cow::Borrowed(raw) };
    if scheme == NameScheme::File {
        return Cow::Borrowed(raw);
    }
    match (awc, cell.name.as_str()) {
        (AwcNames::States, "AWCL") => return Cow::Borrowed("AWCOFF"),
        (AwcNames::States, "AWCR") => return Cow::Borrowed("AWCON"),
        _ => {}
    }
    Cow::Owned(match scheme {
        NameScheme::Cook2019 => cook_name(cell),
        NameScheme::WormAtlas | NameScheme::File => cell.name.clone(),
    })
}

/// A cell's name in Cook et al. 2019.
pub(crate) fn cook_name(cell: &Cell) -> String {
    let name = cell.name.as_str();
    if name == "g1P" {
        return "g1p".to_owned();
    }
    if cell.class == cells::BODY_WALL_MUSCLE {
        return muscle_name(name);
    }
    padded(cell).unwrap_or_else(|| name.to_owned())
}

/// MDL05 as dBWML5.
fn muscle_name(name: &str) -> String {
    let side = &name[1..2];
    format!("{}BWM{}{}", side.to_lowercase(), &name[2..3], name[3..].trim_start_matches('0'))
}

/// VB1 as VB01, for the classes whose members are numbered along the body.
fn padded(cell: &Cell) -> Option<String> {
    let number = cell.name.strip_prefix(cell.class.as_str())?;
    let serial = cell.class.len() == 2 && cell.kind.is_neuron() && !number.is_empty();
    (serial && number.bytes().all(|b| b.is_ascii_digit())).then(|| format!("{}{number:0>2}", cell.class))
}

/// Every other spelling of a cell that published files use.
pub(crate) fn aliases(cell: &Cell) -> Vec<String> {
    let name = cell.name.as_str();
    let mut all = vec![cook_name(cell)];
    if cell.class == cells::BODY_WALL_MUSCLE {
        let (head, number) = name.split_at(3);
        all.push(format!("{head}{}", number.trim_start_matches('0')));
        let cook = muscle_name(name);
        all.push(format!("{}{number}", &cook[..5]));
        all.push(format!("BWM-{}{number}", &head[1..]));
    }
    let more: &[&str] = match name {
        "AWCL" => &["AWCOFF"],
        "AWCR" => &["AWCON"],
        "int" => &["intestine"],
        "hyp" => &["hypodermis"],
        "exc_cell" => &["exccell"],
        "exc_gl" => &["excgl"],
        "mu_anal" => &["anal", "MANAL"],
        "mu_sph" => &["sph"],
        "mu_intL" => &["intL"],
        "mu_intR" => &["intR"],
        _ => &[],
    };
    all.extend(more.iter().map(|&alias| alias.to_owned()));
    all.retain(|alias| alias != name);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, scheme: NameScheme, awc: AwcNames, expected: &str) {
        assert_eq!(spelled(raw, cells::find(raw), scheme, awc), expected, "{raw} in {scheme}");
    }

    #[test]
    fn spellings() {
        use AwcNames::{Sides, States};
        use NameScheme::{Cook2019, File, WormAtlas};
        for (raw, wormatlas, cook) in [
            ("VB01", "VB1", "VB01"),
            ("VB1", "VB1", "VB01"),
            ("VA10", "VA10", "VA10"),
            ("AS02", "AS2", "AS02"),
            ("CA9", "CA9", "CA09"),
            ("dBWML5", "MDL05", "dBWML5"),
            ("MDL5", "MDL05", "dBWML5"),
            ("MVR24", "MVR24", "vBWMR24"),
            ("BWM-DL01", "MDL01", "dBWML1"),
            ("BWM-VR10", "MVR10", "vBWMR10"),
            ("pm1vl", "pm1VL", "pm1VL"),
            ("g1p", "g1P", "g1p"),
            ("g1P", "g1P", "g1p"),
            ("mc2dl", "mc2DL", "mc2DL"),
            ("vm1aL", "vm1AL", "vm1AL"),
            ("anal", "mu_anal", "mu_anal"),
            ("AWCON", "AWCR", "AWCR"),
            ("IL2DL", "IL2DL", "IL2DL"),
            ("R1AL", "R1AL", "R1AL"),
            ("I1L", "I1L", "I1L"),
            ("nobody", "nobody", "nobody"),
        ] {
            check(raw, WormAtlas, Sides, wormatlas);
            check(raw, Cook2019, Sides, cook);
            check(raw, File, States, raw);
        }
        check("AWCL", WormAtlas, States, "AWCOFF");
        check("AWCON", Cook2019, States, "AWCON");
    }
}
