//! Pictures read back.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::draw::curve;

/// What a picture holds, found by reading it as XML.
#[derive(Debug, Default)]
pub(super) struct Picture {
    /// Elements by name and class, in order.
    pub(super) elements: Vec<(String, String)>,
    /// Every place that the picture mentions.
    pub(super) points: Vec<(f64, f64)>,
    pub(super) size: (f64, f64),
    pub(super) texts: String,
}

impl Picture {
    /// Fails on what is not well-formed.
    pub(super) fn read(svg: &str) -> Self {
        let mut reader = Reader::from_str(svg);
        reader.config_mut().check_end_names = true;
        let mut picture = Self::default();
        let mut depth = 0;
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Start(element) => {
                    picture.element(&element);
                    depth += 1;
                }
                Event::Empty(element) => picture.element(&element),
                Event::End(_) => depth -= 1,
                Event::Text(text) => picture.texts += &text.xml10_content(),
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0, "everything that is opened is closed");
        picture
    }

    fn element(&mut self, element: &BytesStart<'_>) {
        let name = element.name().as_ref().to_owned();
        let mut class = String::new();
        let mut numbers = std::collections::BTreeMap::new();
        for attribute in element.attributes() {
            let attribute = attribute.expect("attributes once, quoted");
            let key = attribute.key.as_ref().to_owned();
            let value = attribute.value.into_owned();
            assert!(!value.contains("NaN") && !value.contains("inf"), "{key}={value}");
            match key.as_str() {
                "class" => class = value,
                "d" => self.points.extend(path(&value)),
                "viewBox" => {
                    let ends: Vec<f64> = value.split(' ').map(|part| part.parse().unwrap()).collect();
                    self.size = (ends[2], ends[3]);
                }
                _ => {
                    if let Ok(number) = value.parse::<f64>() {
                        numbers.insert(key, number);
                    }
                }
            }
        }
        let get = |key: &str| numbers.get(key).copied();
        match name.as_str() {
            "circle" => {
                let (x, y, r) = (get("cx").unwrap(), get("cy").unwrap(), get("r").unwrap());
                self.points.extend([(x - r, y - r), (x + r, y + r)]);
            }
            "rect" => {
                let (x, y) = (get("x").unwrap(), get("y").unwrap());
                self.points.extend([(x, y), (x + get("width").unwrap(), y + get("height").unwrap())]);
            }
            "line" => {
                self.points.extend([
                    (get("x1").unwrap(), get("y1").unwrap()),
                    (get("x2").unwrap(), get("y2").unwrap()),
                ]);
            }
            "text" => self.points.push((get("x").unwrap(), get("y").unwrap())),
            _ => {}
        }
        self.elements.push((name, class));
    }

    pub(super) fn count(&self, class: &str) -> usize {
        self.elements.iter().filter(|element| element.1 == class).count()
    }

    /// The first place off the page. Coordinates are rounded to hundredths.
    pub(super) fn outside(&self) -> Option<(f64, f64)> {
        let (width, height) = self.size;
        let on = |x: f64, size: f64| (-0.02..=size + 0.02).contains(&x);
        self.points.iter().copied().find(|&(x, y)| !on(x, width) || !on(y, height))
    }
}

/// The points of a path of absolute commands; of curves, points along them, because control points may lie
/// off the page.
fn path(data: &str) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    let mut rest = data;
    while let Some(letter) = rest.chars().next() {
        let end = rest[1..].find(|c: char| c.is_ascii_alphabetic()).map_or(rest.len(), |at| at + 1);
        let numbers: Vec<f64> = rest[1..end].split_whitespace().map(|part| part.parse().unwrap()).collect();
        let pairs: Vec<(f64, f64)> = numbers.chunks(2).map(|pair| (pair[0], pair[1])).collect();
        match letter {
            'M' | 'L' => points.extend(&pairs),
            'C' => {
                let curve = curve::Curve([*points.last().unwrap(), pairs[0], pairs[1], pairs[2]]);
                points.extend((1..=8).map(|step| curve.at(f64::from(step) / 8.0)));
            }
            'Z' => {}
            other => panic!("unknown command {other}"),
        }
        rest = &rest[end..];
    }
    points
}
