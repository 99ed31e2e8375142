use super::super::*;
use super::{at, entity, text};

/// A sighting of a box of 1 × 2 at (x, 0).
fn seen(frame: u64, track: &str, action: Option<&str>, x: f64) -> Detection {
    let label = if track.starts_with('o') { "chair" } else { "man" };
    Detection {
        frame,
        track: track.to_owned(),
        label: label.to_owned(),
        action: action.map(str::to_owned),
        bounds: Bounds::around([x, 0.0], 1.0, 2.0),
        confidence: 0.5,
    }
}

/// A builder that counts in frames.
fn frames() -> Builder {
    Builder { frame_rate: 1.0, tolerance: 0.0, ..Builder::default() }
}

/// Sightings of one man, a letter a frame: `w`alk, `s`it, `.` nothing done, space not seen.
fn script(letters: &str) -> Vec<Detection> {
    let frames = letters.chars().enumerate().filter(|(_, letter)| *letter != ' ');
    frames
        .map(|(frame, letter)| {
            let action = match letter {
                'w' => Some("walk"),
                's' => Some("sit"),
                _ => None,
            };
            seen(frame as u64, "t", action, 0.0)
        })
        .collect()
}

#[track_caller]
fn check(builder: &Builder, letters: &str, expected: &str) {
    let built = builder.build(&script(letters)).unwrap();
    let events = built.graph.events().iter();
    let told: Vec<String> =
        events.map(|e| format!("{} {}–{}", e.action, e.interval.start(), e.interval.end())).collect();
    assert_eq!(told.join(", "), expected, "{letters}");
}

#[test]
fn runs_of_actions() {
    let plain = Builder { window: Window::Sliding(1), max_gap: 0, least_frames: 1, ..frames() };
    let merging = Builder { max_gap: 2, ..plain.clone() };
    let voting = Builder { window: Window::Sliding(3), ..plain.clone() };
    let long = Builder { least_frames: 2, max_gap: 2, ..plain.clone() };
    let blocks = Builder { window: Window::Blocks(4), ..plain.clone() };
    for (builder, letters, expected) in [
        (&plain, "", ""),
        (&plain, "....", ""),
        (&plain, "www.ss", "walk 0–3, sit 4–6"),
        (&plain, "ww ww", "walk 0–2, walk 3–5"),
        (&merging, "ww  ww", "walk 0–6"),
        (&merging, "ww   ww", "walk 0–2, walk 5–7"),
        (&merging, "ww..ww", "walk 0–6"),
        // another action in between keeps them apart
        (&merging, "wwsww", "walk 0–2, sit 2–3, walk 3–5"),
        (&long, "wwsww", "walk 0–5"),
        (&voting, "wwswwsss", "walk 0–5, sit 5–8"),
        // what the votes are about is not seen by them: a gap stays one
        (&voting, "ww wws", "walk 0–2, walk 3–5, sit 5–6"),
        (&blocks, "ww wwww wss", "walk 0–8, sit 8–11"),
        (&blocks, " www", "walk 1–4"),
        // of equally many votes the first by name
        (&blocks, "wwss", "sit 0–4"),
    ] {
        check(builder, letters, expected);
    }
}

#[test]
fn objects_places_and_confidence() {
    let mut video: Vec<Detection> = (0..10).map(|frame| seen(frame, "t", Some("sit"), 0.0)).collect();
    video.extend((0..10).map(|frame| seen(frame, "o near", None, 0.9)));
    video.extend((0..10).map(|frame| seen(frame, "o far", None, 3.0)));
    // passes by for a moment, too short to be an object; does nothing
    video.extend((0..10).map(|frame| seen(frame, "u", None, -9.0 + 2.0 * frame as f64)));
    let builder = Builder {
        places: vec![
            ("hall".to_owned(), Bounds { left: 5.0, top: -9.0, right: 9.0, bottom: 9.0 }),
            ("kitchen".to_owned(), Bounds { left: -5.0, top: -9.0, right: 5.0, bottom: 9.0 }),
        ],
        ..frames()
    };
    let built = builder.build(&video).unwrap();
    let events = built.graph.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].interval, at(0.0, 10.0));
    assert_eq!(events[0].actors, [entity("man 1")]);
    assert_eq!(events[0].objects, [entity("chair 1")]);
    assert_eq!(events[0].location, Location { place: Some("kitchen".to_owned()), at: Some([0.0, 0.0]) });
    assert_eq!(events[0].confidence, 0.5);
    let reach = |reach| Builder { objects: Objects { reach, ..Objects::default() }, ..builder.clone() };
    let objects = |builder: &Builder| builder.build(&video).unwrap().graph.events()[0].objects.len();
    assert_eq!(objects(&reach(1.0)), 2);
    assert_eq!(objects(&reach(100.0)), 3);
}

#[test]
fn two_people_act_on_each_other() {
    let mut video: Vec<Detection> = (0..10).map(|frame| seen(frame, "t", Some("talk"), 0.0)).collect();
    video.extend((5..15).map(|frame| seen(frame, "u", Some("listen"), 0.5)));
    let built = frames().build(&video).unwrap();
    let edges: Vec<String> = built.graph.edges().iter().map(|edge| edge.relation.to_string()).collect();
    assert_eq!(edges, ["temporal/overlaps", "logical/acts-on", "logical/acts-on"]);
    let alone = Builder { objects: Objects { actors: false, ..Objects::default() }, ..frames() };
    assert!(alone.build(&video).unwrap().graph.events().iter().all(|event| event.objects.is_empty()));
}

#[test]
fn identities() {
    let walk = |track: &str, frames: std::ops::Range<u64>, x: f64| -> Vec<Detection> {
        frames.map(|frame| seen(frame, track, Some("walk"), x)).collect()
    };
    let tell = |video: &[Detection]| {
        let built = Builder { max_gap: 3, ..frames() }.build(video).unwrap();
        let identities = built.identities.iter();
        let told: Vec<String> =
            identities.map(|one| format!("{} {}", one.entity.name, one.tracks.join(" "))).collect();
        format!("{}; {} events", told.join(", "), built.graph.events().len())
    };
    // the tracker lost and found him
    assert_eq!(tell(&[walk("a", 0..20, 0.0), walk("b", 22..40, 0.5)].concat()), "man 1 a b; 1 events");
    // too far away, too late
    assert_eq!(tell(&[walk("a", 0..20, 0.0), walk("b", 22..40, 5.0)].concat()), "man 1 a, man 2 b; 2 events");
    assert_eq!(tell(&[walk("a", 0..20, 0.0), walk("b", 90..99, 0.0)].concat()), "man 1 a, man 2 b; 2 events");
    // two tracks on one man; the third is beside him
    let both = [walk("a", 0..20, 0.0), walk("b", 10..30, 0.1), walk("c", 10..30, 0.9)].concat();
    assert_eq!(tell(&both), "man 1 a b, man 2 c; 2 events");
    // the nearer of two goes on
    let three = [walk("a", 0..20, 0.0), walk("b", 0..20, 1.0), walk("c", 22..40, 0.9)].concat();
    assert_eq!(tell(&three), "man 1 a, man 2 b c; 2 events");
    // a label that is wrong now and then
    let mut noisy = walk("a", 0..20, 0.0);
    noisy[3].label = "dog".to_owned();
    assert_eq!(tell(&noisy), "man 1 a; 1 events");
    let apart = Builder { identity: None, ..frames() };
    assert_eq!(apart.build(&both).unwrap().identities.len(), 3);
}

#[test]
fn bad_input_is_told() {
    let mut video: Vec<Detection> = (0..10).map(|frame| seen(frame, "t", Some("walk"), 0.0)).collect();
    video[2].bounds.left = f64::NAN;
    video[3].confidence = 1.5;
    (video[4].bounds.left, video[4].bounds.right) = (video[4].bounds.right, video[4].bounds.left);
    video.push(Detection { confidence: 0.9, ..seen(5, "t", Some("walk"), 1.0) });
    // another track on the same man, from frame 6
    video.extend((6..12).map(|frame| seen(frame, "u", Some("walk"), 0.0)));
    video.extend((14..30).map(|frame| seen(frame, "v", Some("walk"), 0.2)));
    video.extend((40..42).map(|frame| seen(frame, "v", Some("sit"), 0.2)));
    let built = frames().build(&video).unwrap();
    let repairs: Vec<String> = built.repairs.iter().map(Repair::to_string).collect();
    insta::assert_snapshot!(repairs.join("\n"), @r"
    detection 2 (frame 2, track `t`) left out: the box is [NaN, -1.0, 0.5, 1.0]
    detection 3 (frame 3, track `t`) left out: the confidence is 1.5
    detection 4 (frame 4, track `t`): sides of the box put in order
    track `t` is seen more than once in 1 frame, first in frame 5; the surest kept
    tracks `t`, `u`, `v` lie on and continue each other; they are `man 1`
    `man 1`: 1 runs of less than 5 frames left out
    ");
    assert_eq!(built.graph.events().len(), 1);
    assert_eq!(built.graph.events()[0].interval, at(0.0, 30.0));
    let strict = Builder { strict: true, ..frames() };
    insta::assert_snapshot!(text(strict.build(&video)), @"detection 2 (frame 2, track `t`) has the box [NaN, -1.0, 0.5, 1.0]; expected four finite numbers");
    insta::assert_snapshot!(text(strict.build(&video[3..])), @"detection 0 (frame 3, track `t`) has the confidence 1.5; expected a number from 0 to 1");
    let unsure = Builder { least_confidence: 0.8, least_frames: 1, ..frames() };
    assert_eq!(unsure.build(&video).unwrap().graph.events()[0].interval, at(5.0, 6.0));
}

#[test]
fn empty_videos_and_settings() {
    let built = Builder::default().build(&[]).unwrap();
    assert_eq!(
        built,
        Built { graph: EventGraph::default().with_tolerance(0.2).unwrap(), ..Built::default() }
    );
    let wrong = |builder: Builder| text(builder.build(&[]));
    insta::assert_snapshot!(wrong(Builder { frame_rate: 0.0, ..Builder::default() }), @"the frame rate is 0; expected a positive number");
    insta::assert_snapshot!(wrong(Builder { window: Window::Blocks(0), ..Builder::default() }), @"the number of frames in a window is 0; expected a positive number");
    insta::assert_snapshot!(wrong(Builder { tolerance: f64::NAN, ..Builder::default() }), @"the tolerance is NaN; expected a finite number from 0 up");
    let objects = Objects { share: 0.0, ..Objects::default() };
    insta::assert_snapshot!(wrong(Builder { objects, ..Builder::default() }), @"the share of an event in reach of an object is 0; expected a positive number");
    let identity = Some(SameIdentity { reach: -1.0, ..SameIdentity::default() });
    insta::assert_snapshot!(wrong(Builder { identity, ..Builder::default() }), @"the reach of an identity is -1; expected a finite number from 0 up");
    // as far as frames go
    let last = [seen(u64::MAX, "t", Some("walk"), 0.0)];
    assert!(Builder { least_frames: 1, ..frames() }.build(&last).is_err());
}

#[test]
fn boxes() {
    let (one, two) = (Bounds::around([0.0, 0.0], 2.0, 2.0), Bounds::around([1.0, 0.0], 2.0, 2.0));
    assert_eq!((one.iou(&two), one.gap(&two)), (1.0 / 3.0, 0.0));
    assert_eq!(one.gap(&Bounds::around([5.0, 6.0], 2.0, 2.0)), 5.0);
    assert_eq!(one.diagonal(), 8.0_f64.sqrt());
    let point = Bounds::around([0.5, 0.5], 0.0, 0.0);
    assert_eq!((point.iou(&point), one.contains(point.centre())), (0.0, true));
}
