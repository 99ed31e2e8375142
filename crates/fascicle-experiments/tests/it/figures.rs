//! Drawings: well-formed and finite whatever the data, and readable by those who cannot see them.

use fascicle_experiments::{Bars, CellText, Figure, Heatmap, Lines, Plot, ReferenceLine, Scale, Series, svg};

use crate::markup::{Element, check_geometry, elements};

/// Draws `plot` and checks what every drawing must have.
#[track_caller]
fn check(plot: impl Into<Plot>) -> Vec<Element> {
    let figure = Figure::new("A <title> & more", "A caption with \"quotes\"", plot);
    let text = svg(&figure);
    let found = elements(&text);
    check_geometry(&found);
    let root = &found[0];
    assert_eq!(root.name, "svg");
    assert_eq!(root.attribute("xmlns"), Some("http://www.w3.org/2000/svg"));
    assert_eq!(root.attribute("role"), Some("img"));
    let direct =
        |name: &str| found.iter().filter(|element| element.name == name && element.inside == ["svg"]).count();
    assert_eq!((direct("title"), direct("desc")), (1, 1));
    assert!(text.contains("A &lt;title&gt; &amp; more"));
    // What it says survives the trip through a result file.
    let json = serde_json::to_string(&figure).expect("serialises");
    let back: Figure = serde_json::from_str(&json).expect("reads back");
    assert_eq!(svg(&back), text);
    found
}

fn labels(n: usize, text: &str) -> Vec<String> {
    (0..n).map(|i| format!("{text}{i}")).collect()
}

fn heatmap(rows: usize, cols: usize, values: Vec<f64>) -> Heatmap {
    Heatmap::layers_by_tokens(0..rows, &labels(cols, "token"), values, "1 = all of it")
}

fn count(found: &[Element], name: &str, attribute: &str, start: &str) -> usize {
    let matches = |element: &&Element| {
        element.name == name && element.attribute(attribute).is_some_and(|value| value.starts_with(start))
    };
    found.iter().filter(matches).count()
}

#[test]
fn empty_data() {
    check(heatmap(0, 0, vec![]));
    check(heatmap(3, 0, vec![]));
    check(heatmap(0, 3, vec![]));
    check(Heatmap::default());
    check(Bars::default());
    check(Lines::default());
    check(Lines { series: vec![Series::new("nothing", [])], ..Lines::default() });
    check(Bars { groups: labels(2, "g"), ..Bars::default() });
}

#[test]
fn one_cell() {
    let found = check(heatmap(1, 1, vec![0.5]));
    // 33 steps of the colour bar and the cell.
    assert_eq!(count(&found, "rect", "class", "f-s"), 34);
    check(Bars { groups: labels(1, "g"), series: vec![Series::new("s", [1.0])], ..Bars::default() });
    check(Lines { series: vec![Series::new("s", [1.0])], ..Lines::default() });
}

#[test]
fn sixty_columns() {
    let map = heatmap(12, 60, (0..720).map(|i| f64::from(i) / 720.0).collect());
    let found = check(map);
    assert_eq!(count(&found, "rect", "class", "f-s"), 33 + 720);
    // Every token is named, and they stand upright because the columns are narrow.
    assert_eq!(count(&found, "text", "transform", "translate"), 60);
}

#[test]
fn too_few_and_too_many_values() {
    check(heatmap(3, 3, vec![1.0]));
    check(heatmap(1, 1, vec![1.0; 50]));
    check(heatmap(2, 2, vec![0.0; 4]).highlight([(0, 0), (7, 7)], "here"));
    let bars = Bars {
        groups: labels(3, "g"),
        series: vec![Series::new("s", [1.0]), Series::new("t", [2.0; 9])],
        ..Bars::default()
    };
    check(bars);
    check(Lines { series: vec![Series::new("s", [1.0; 5]).at([1.0, 2.0])], ..Lines::default() });
}

#[test]
fn gaps_are_crossed_out() {
    let found = check(heatmap(2, 2, vec![0.0, f64::NAN, f64::INFINITY, 1.0]));
    assert_eq!(count(&found, "rect", "class", "f-s"), 33 + 2);
    // Two cells and the key that explains them.
    assert_eq!(count(&found, "rect", "pointer-events", "all"), 3);
    // A gap in the middle gives two stretches.
    let found =
        check(Lines { series: vec![Series::new("s", [1.0, 2.0, f64::NAN, 2.0, 1.0])], ..Lines::default() });
    assert_eq!(count(&found, "path", "class", "f-l0"), 2);
}

#[test]
fn long_and_hostile_labels() {
    let hostile = [
        "<script>alert(1)</script>",
        "a & b \"c\" 'd'",
        "\u{0}\u{1b}[31m\n\t",
        "一二三四五六七八九十一二三四五六七八九十",
        "a very long label that would run over everything else in the figure if nobody stopped it",
        "",
    ]
    .map(String::from)
    .to_vec();
    let mut map = Heatmap {
        rows: hostile.clone(),
        cols: hostile.clone(),
        values: vec![0.5; 36],
        row_title: hostile[0].clone(),
        col_title: hostile[1].clone(),
        value_label: hostile[4].repeat(3),
        cell_text: CellText::Given(hostile.clone()),
        ..Heatmap::default()
    };
    map = map.highlight([(0, 0)], hostile[2].clone());
    check(map);
    let series: Vec<Series> = hostile.iter().map(|name| Series::new(name.clone(), vec![1.0; 6])).collect();
    let references =
        hostile.iter().map(|label| ReferenceLine { value: 0.5, label: label.clone() }).collect::<Vec<_>>();
    check(Bars {
        groups: hostile.clone(),
        group_title: hostile[2].clone(),
        value_title: hostile[0].clone(),
        series: series.clone(),
        references: references.clone(),
    });
    check(Lines { series, x_title: hostile[0].clone(), value_title: hostile[2].clone(), references });
}

/// Values of every size and kind, at random places in figures of random shapes: drawings stay finite.
#[test]
fn any_values_at_all() {
    let extremes = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        1e-300,
        -1e-300,
        5e-324,
        1e300,
        -1e300,
        f64::MAX,
        f64::MIN,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        1e6,
        1e-5,
    ];
    let mut state = 1u64;
    let mut next = move |n: usize| {
        // A linear congruential generator (Knuth, MMIX) is random enough to mix cases.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    for _ in 0..100 {
        let (rows, cols) = (next(5), next(9));
        let mut value = || extremes[next(extremes.len())];
        let values: Vec<f64> = (0..rows * cols).map(|_| value()).collect();
        let ends = [value(), value()];
        let series: Vec<Series> = values
            .chunks(cols.max(1))
            .enumerate()
            .map(|(i, row)| {
                let named =
                    Series::new(format!("s{i}"), row).errors(row.iter().map(|_| value()).collect::<Vec<_>>());
                if i % 2 == 0 { named.at(row.iter().map(|_| value()).collect::<Vec<_>>()) } else { named }
            })
            .collect();
        let references = vec![ReferenceLine { value: value(), label: "reference".into() }];
        let text = [CellText::None, CellText::Values(2), CellText::Given(labels(9, "c"))];
        for cell_text in text {
            let map = Heatmap { cell_text, ..heatmap(rows, cols, values.clone()) };
            check(map.clone().scale(Scale::Sequential { low: Some(ends[0]), high: Some(ends[1]) }));
            check(map.clone().scale(Scale::Diverging { centre: ends[0], reach: Some(ends[1]) }));
            check(map.scale(Scale::Diverging { centre: ends[0], reach: None }));
        }
        check(Bars {
            groups: labels(cols, "g"),
            series: series.clone(),
            references: references.clone(),
            ..Bars::default()
        });
        check(Lines { series, references, ..Lines::default() });
    }
}

/// Row 0 is at the bottom when rows go upwards, and the axis says which way is up.
#[test]
fn layers_go_upwards() {
    let map = Heatmap::layers_by_tokens(7..10, &labels(1, "token"), vec![0.0, 0.5, 1.0], "1 = all of it");
    let text = svg(&Figure::new("t", "c", map));
    let y = |layer: &str| -> f64 {
        let start = text.find(&format!("text-anchor=\"end\">{layer}</text>")).expect("the label is there");
        let tag = &text[text[..start].rfind("<text").expect("in a text")..start];
        tag.split_once(" y=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .expect("has y")
            .0
            .parse()
            .expect("a number")
    };
    assert!(y("7") > y("8") && y("8") > y("9"));
    assert!(text.contains("↑ layer, first at the bottom"));
}

/// What cannot be seen can be read.
#[test]
fn the_description_holds_the_data() {
    let text = svg(&Figure::new("t", "What it shows.", heatmap(2, 2, vec![0.0, 0.25, 0.5, 1.0])));
    let (_, desc) = text.split_once("<desc").expect("has a description");
    let (desc, _) = desc.split_once("</desc>").expect("which ends");
    insta::assert_snapshot!(desc.split_once('>').expect("tag").1, @"What it shows. Heatmap of 2 rows by 2 columns. Colours: 1 = all of it. Largest: layer 1, token token1: 1. Smallest: layer 0, token token0: 0.");
}
