//! The parts of a model that has several.

/// Which part of a model that has several a site is in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
#[non_exhaustive]
pub enum Tower {
    /// The only one, or the one that the others serve (MAE's encoder).
    #[default]
    Main,
    /// CLIP's text encoder.
    Text,
    /// CLIP's image encoder.
    Vision,
    /// MAE's decoder.
    Decoder,
}

impl Tower {
    pub(crate) const ALL: [Tower; 4] = [Tower::Main, Tower::Text, Tower::Vision, Tower::Decoder];

    /// What stands before the names of its sites, such as `text.`.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Main => "",
            Self::Text => "text.",
            Self::Vision => "vision.",
            Self::Decoder => "decoder.",
        }
    }

    /// The tower that a name begins with, and the rest of the name.
    pub(super) fn split(text: &str) -> (Self, &str) {
        let named = Self::ALL.into_iter().skip(1);
        named
            .filter_map(|tower| Some((tower, text.strip_prefix(tower.prefix())?)))
            .next()
            .unwrap_or((Self::Main, text))
    }
}
