//! Experiments with made-up figures, for the tests of everything around experiments.

use fascicle_experiments::{
    Band, Bars, Claim, Context, DataNeed, Experiment, ExperimentError, Figure, Findings, Heatmap, Info,
    Lines, Outcome, Paper, ReferenceLine, Registry, Scale, Series, Source,
};

/// An experiment made of a description and a function.
pub(crate) struct Sample {
    pub(crate) info: Info,
    pub(crate) run: fn(&mut Context<'_>) -> Result<Outcome, ExperimentError>,
}

impl Experiment for Sample {
    fn info(&self) -> Info {
        self.info.clone()
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        (self.run)(ctx)
    }
}

pub(crate) fn info(name: &'static str, claims: Vec<Claim>, needs: Vec<DataNeed>) -> Info {
    Info {
        name,
        title: "A sample",
        question: "Does the sample work?",
        method: "It was tried.",
        paper: Paper {
            title: "On samples",
            authors: "Doe & Roe",
            year: 2024,
            source: Source::Arxiv("2401.00001"),
        },
        claims,
        needs,
        quick_seconds: 5.0,
        full_seconds: 600.0,
    }
}

/// A model with a planted answer: everything reproduces.
pub(crate) fn planted() -> Sample {
    let claims = vec![
        Claim::new("found", "patching singles out exactly the two planted heads", Band::exactly(2.0))
            .paper("2 heads"),
        Claim::new("needed", "ablating either planted head drops accuracy to chance", Band::at_most(0.1)),
        Claim::new(
            "others",
            "ablating any other head changes accuracy by less than 5 points",
            Band::at_most(0.05),
        ),
    ];
    let info = Info {
        title: "Induction heads in a model built by hand",
        question: "A model that has seen “… A B … A” should continue with “B”. Two heads do this together: one looks \
                   back by one token, the other looks for what followed last time. Does patching find exactly them?",
        method: "The weights of a two-layer attention-only transformer are set by hand. Each head in turn is taken \
                 from a run on the clean sequence and put into a run on a corrupted one; the logit difference between \
                 the right and a wrong token says how much of the answer that head restores.",
        paper: Paper {
            title: "In-context Learning and Induction Heads",
            authors: "Olsson et al.",
            year: 2022,
            source: Source::Arxiv("2209.11895"),
        },
        ..info("induction", claims, vec![])
    };
    Sample { info, run: run_planted }
}

fn run_planted(ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
    let mut findings = Findings::new();
    let n = ctx.seeds().len();
    for seed in 0..n {
        ctx.progress(seed + 1, n, "patching heads");
    }
    findings.measure("heads above half of the effect", "found", vec![2.0; n]);
    findings.measure("accuracy without the previous-token head", "needed", [0.031, 0.029, 0.035]);
    findings.measure("accuracy without the induction head", "needed", [0.028, 0.033, 0.030]);
    findings.measure("largest change by another head", "others", [0.004, 0.006, 0.0]);
    let effects = vec![0.02, 0.97, -0.01, 0.03, 0.01, 0.0, 0.99, -0.02];
    let map = Heatmap::layers_by_heads(
        2,
        4,
        effects,
        "1 = this head alone restores the right answer, 0 = it does nothing",
    )
    .scale(Scale::Diverging { centre: 0.0, reach: Some(1.0) })
    .highlight([(0, 1), (1, 2)], "planted: previous-token head, induction head");
    findings.figure(Figure::new(
        "What each head restores",
        "Each cell is one head, taken from the clean run and put into the corrupted one. Two cells stand out, and they \
         are the two heads that were planted.",
        map,
    ));
    let heads = ["0.0", "0.1", "0.2", "0.3", "1.0", "1.1", "1.2", "1.3"].map(String::from).to_vec();
    findings.figure(Figure::new(
        "Accuracy when one head is ablated",
        "Without either planted head the model guesses; without any other it does not notice.",
        Bars {
            groups: heads,
            group_title: "ablated head (layer.head)".into(),
            value_title: "accuracy".into(),
            series: vec![
                Series::new("zero ablation", [1.0, 0.031, 1.0, 0.994, 1.0, 1.0, 0.03, 0.998])
                    .errors([0.0, 0.01, 0.0, 0.003, 0.0, 0.0, 0.01, 0.001]),
                Series::new("mean ablation", [1.0, 0.05, 1.0, 1.0, 1.0, 1.0, 0.041, 1.0]),
            ],
            references: vec![ReferenceLine { value: 0.03125, label: "chance".into() }],
        },
    ));
    findings.note("The weights are planted: this shows that the tools find what is there, not that trained models work so.");
    Ok(findings.into())
}

/// Where a sentence encoder carries a swapped word, with invented values.
pub(crate) fn meaning() -> Sample {
    let claims = vec![
        Claim::new(
            "early",
            "in the first layers the difference is carried at the swapped word",
            Band::at_least(0.9),
        )
        .paper("“early layers”"),
        Claim::new("late", "in the last layer it is spread over all positions", Band::between(0.05, 0.3)),
    ];
    let need = DataNeed {
        name: "minilm",
        what: "the sentence encoder all-MiniLM-L6-v2",
        how_to_get: "`fascicle fetch minilm`",
    };
    let info = Info {
        title: "Where MiniLM carries the meaning of a swapped word",
        question: "Two sentences differ in one word. At which place in the network does the difference live?",
        method: "For each pair of sentences, the residual stream at one layer and one position of the second sentence \
                 is replaced by that of the first; the cosine between the sentence embeddings says how much of the \
                 first meaning this restores.",
        ..info("meaning", claims, vec![need])
    };
    Sample { info, run: run_meaning }
}

fn run_meaning(_: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
    let tokens: Vec<String> =
        ["[CLS]", "the", "dog", "chased", "the", "ball", "across", "the", "garden", ".", "[SEP]"]
            .map(String::from)
            .to_vec();
    let value = |layer: usize, token: usize| {
        let away = (token as f64 - 2.0).abs();
        let spread = layer as f64 / 6.0;
        if away == 0.0 { 1.0 - 0.75 * spread } else { 0.4 * spread / away.sqrt() }
    };
    let values = (0..6).flat_map(|layer| (0..11).map(move |token| value(layer, token))).collect();
    let map = Heatmap::layers_by_tokens(
        0..6,
        &tokens,
        values,
        "1 = patching this place alone restores the clean meaning; 0 = it changes nothing",
    )
    .scale(Scale::UNIT)
    .highlight((0..6).map(|layer| (layer, 2)).collect::<Vec<_>>(), "the swapped word (dog → cat)");
    let mut findings = Findings::new();
    findings.measure("share at the swapped word, layers 0 and 1", "early", [0.94, 0.95, 0.93]);
    findings.measure("share at the swapped word, last layer", "late", [0.41, 0.38, 0.44]);
    findings.figure(Figure::new(
        "Where the meaning of “dog” is carried",
        "Read it from the bottom up. At first only the word itself matters; layer by layer the others take up what it means.",
        map,
    ));
    findings.figure(Figure::new(
        "From one word to the whole sentence",
        "The share of the effect at the swapped word, by layer, over 24 pairs of sentences. The ribbon is one standard deviation.",
        Lines {
            series: vec![
                Series::new("putting the meaning back", [0.99, 0.95, 0.85, 0.71, 0.55, 0.41])
                    .errors([0.01, 0.02, 0.04, 0.05, 0.07, 0.08]),
                Series::new("taking it away", [0.98, 0.91, 0.8, 0.62, 0.5, 0.35]).errors([0.01, 0.03, 0.04, 0.06, 0.06, 0.07]),
            ],
            x_title: "layer".into(),
            value_title: "share at the swapped word".into(),
            references: vec![ReferenceLine { value: 1.0 / 11.0, label: "even spread".into() }],
        },
    ));
    findings.note("24 pairs of short English sentences; other sentences may be carried elsewhere.");
    Ok(findings.into())
}

/// Needs what is not there.
pub(crate) fn absent() -> Sample {
    let need = DataNeed {
        name: "elephant",
        what: "the connectome of the elephant",
        how_to_get: "`fascicle fetch elephant`",
    };
    let claims = vec![Claim::new("large", "it is large", Band::at_least(1.0))];
    Sample { info: info("absent", claims, vec![need]), run: |_| Ok(Findings::new().into()) }
}

/// Breaks with an error.
pub(crate) fn broken() -> Sample {
    let claims = vec![Claim::new("any", "anything at all", Band::default())];
    let run = |_: &mut Context<'_>| {
        use fascicle_experiments::Doing;
        "four".parse::<u32>().doing("reading the number of heads").map(|_| Findings::new().into())
    };
    Sample { info: info("broken", claims, vec![]), run }
}

/// Panics.
pub(crate) fn panicking() -> Sample {
    let claims = vec![Claim::new("any", "anything at all", Band::default())];
    Sample { info: info("panicking", claims, vec![]), run: |_| panic!("shapes do not match: [2, 3] and [4]") }
}

pub(crate) fn registry() -> Registry {
    Registry::new(vec![
        Box::new(planted()),
        Box::new(meaning()),
        Box::new(absent()),
        Box::new(broken()),
        Box::new(panicking()),
    ])
}
