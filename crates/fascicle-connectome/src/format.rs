//! The published files that can be read, by name.

choice! {
    /// A published connectome's files.
    pub enum ConnectomeFormat as "connectome format" {
        /// White et al. 1986, as tables of pre, post, type and synapses: the adult N2U, the L4 JSH, or the whole worm.
        White1986 = "white1986",
        /// Varshney et al. 2011: a row for each pair as seen from one of the two (S, Sp, R, Rp, EJ, NMJ).
        Varshney2011 = "varshney2011",
        /// Cook et al. 2019, adjacency CSV, corrected in July 2020: chemical, electrical, or a folder with both.
        Cook2019 = "cook2019",
        /// Cook et al. 2019, supplementary workbook 5, hermaphrodite and male.
        Cook2019Si5 = "cook2019-si5",
        /// Cook et al. 2019 as one list of source, target, weight and type, names padded with blanks.
        Cook2019Edges = "cook2019-edges",
        /// Cook et al. 2020: the pharynx.
        Cook2020Pharynx = "cook2020-pharynx",
        /// Witvliet et al. 2021: one of eight ages.
        Witvliet2021 = "witvliet2021",
        /// Randi et al. 2023: who answers when whom is stimulated.
        Randi2023 = "randi2023",
        /// Bentley et al. 2016 and its revisions: monoamines, a matrix of 302 neurons.
        Monoamine = "monoamine",
        /// Ripoll-Sánchez et al. 2023: neuropeptides, a matrix of 302 neurons.
        Peptide = "peptide",
        /// Brittin et al. 2021: membrane contacts, with the synapses between the same cells.
        Brittin2021 = "brittin2021",
        /// Left/right pairs of the larval fly's brain: a list of edges and one of nodes.
        LarvaSubset = "larva-subset",
        /// The same two lists for worms (hermaphrodite, male, Pristionchus).
        PairedEdges = "paired-edges",
        /// FlyWire and other Codex tables: connections by neuropil, and perhaps a table of neurons.
        FlyWire = "flywire",
    }
}
