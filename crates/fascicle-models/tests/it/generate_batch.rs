//! Continuing several texts at once: each is what it would be alone.

use std::fs;

use fascicle_core::testing::test_devices;
use fascicle_models::{
    BatchGenerator, Generator, Inputs, Past, Sampling, StopReason, TensorFile, Transformer, load,
};

use crate::generate::{TOLERANCE, decoders, scores, small};
use crate::support::{fixtures, host, random_model, worst};

fn prompts() -> Vec<Vec<i64>> {
    vec![vec![3, 1, 4, 1, 5], vec![2], vec![2, 7, 1, 8, 2, 8, 1, 8, 2], vec![9, 9, 9], vec![1, 6, 1]]
}

/// `count` rows of up to 17 tokens.
fn rows(count: usize) -> Vec<Vec<i64>> {
    (0..count).map(|row| (0..17).map(|at| ((row * 7 + at * at * 3 + at) % 29) as i64).collect()).collect()
}

/// However rows of different lengths are cut into parts, their scores are those that they have alone.
#[test]
fn rows_of_different_lengths_change_no_score() {
    // how many tokens of each row are read in each part; the last one fills a context of 17, where others are padded
    let plans: [&[[usize; 3]]; 4] = [
        &[[3, 1, 2], [1, 4, 2], [1, 1, 1], [5, 1, 1]],
        &[[2, 2, 2], [1, 3, 1], [1, 1, 1]],
        &[[14, 2, 1], [1, 8, 1], [2, 1, 5]],
        &[[17, 17, 17]],
    ];
    for (device_name, device) in test_devices() {
        for (name, config) in decoders() {
            let model = random_model(&config, &device);
            for plan in plans {
                let (rows, mut past, mut read) = (rows(3), Past::new(), [0; 3]);
                for counts in plan {
                    let part: Vec<Vec<i64>> =
                        (0..3).map(|row| rows[row][read[row]..read[row] + counts[row]].to_vec()).collect();
                    let got =
                        host(model.forward_next(&Inputs::padded(&part, 0).unwrap(), &mut past).unwrap());
                    (0..3).for_each(|row| read[row] += counts[row]);
                    assert_eq!(past.lengths(), read);
                    let expected: Vec<f32> =
                        (0..3).flat_map(|row| scores(&model, &rows[row][..read[row]])).collect();
                    let worst = worst(&got, &expected);
                    assert!(worst <= TOLERANCE, "{name} on {device_name}, {plan:?} at {read:?}: {worst:.2e}");
                }
            }
        }
    }
}

#[test]
fn rows_that_are_kept_go_on() {
    for (device_name, device) in test_devices() {
        for (name, config) in decoders() {
            let (model, rows) = (random_model(&config, &device), rows(4));
            let parts = |ends: &[(usize, usize, usize)]| {
                let parts: Vec<Vec<i64>> =
                    ends.iter().map(|(row, from, to)| rows[*row][*from..*to].to_vec()).collect();
                Inputs::padded(&parts, 0).unwrap()
            };
            let mut past = Past::new();
            model.forward_next(&parts(&[(0, 0, 7), (1, 0, 2), (2, 0, 4), (3, 0, 4)]), &mut past).unwrap();
            past.keep_rows(&[3, 1]).unwrap();
            assert_eq!((past.lengths(), past.positions()), (&[4, 2][..], 4));
            let got = model.forward_next(&parts(&[(3, 4, 6), (1, 2, 3)]), &mut past).unwrap();
            let expected = [scores(&model, &rows[3][..6]), scores(&model, &rows[1][..3])].concat();
            let worst = worst(&host(got), &expected);
            assert!(worst <= TOLERANCE, "{name} on {device_name}: {worst:.2e}");
        }
    }
}

/// The sampling of each text, with a seed of its own.
type Samplings = fn(usize) -> Sampling;

const GREEDY: Samplings = |_| Sampling::default();
const DRAWN: Samplings = |row| Sampling {
    temperature: 1.3,
    top_k: Some(20),
    repetition_penalty: Some(1.2),
    seed: row as u64 % 3,
    ..Sampling::default()
};

fn alone(model: &Transformer, prompt: &[i64], sampling: Sampling) -> (Vec<i64>, Option<StopReason>) {
    let mut generator = Generator::new(model, prompt, sampling).unwrap().with_end_ids(vec![11]);
    generator.by_ref().for_each(|id| assert!(id.is_ok(), "{id:?}"));
    (generator.new_ids().to_vec(), generator.stop_reason())
}

/// Learned positions, rotary ones, heads that share keys, sliding windows, experts: texts together are texts alone, whenever
/// each of them ends.
#[test]
fn together_as_alone() {
    let many: Vec<Vec<i64>> = (1..=11).map(|row| rows(row)[row - 1][..row].to_vec()).collect();
    for (device_name, device) in test_devices() {
        for (name, config) in decoders() {
            let model = random_model(&config, &device);
            for (prompts, samplings) in
                [(prompts(), GREEDY), (prompts(), DRAWN), (many.clone(), GREEDY), (many.clone(), DRAWN)]
            {
                let pairs = prompts.iter().enumerate().map(|(row, prompt)| (prompt, samplings(row)));
                let mut batch = BatchGenerator::new(&model, pairs).unwrap().with_end_ids(vec![11]);
                let mut said = vec![Vec::new(); prompts.len()];
                for step in batch.by_ref() {
                    step.unwrap().into_iter().for_each(|(row, id)| said[row].push(id));
                }
                for (row, prompt) in prompts.iter().enumerate() {
                    let what = format!("{name} on {device_name}, text {row} of {}", prompts.len());
                    let (expected, reason) = alone(&model, prompt, samplings(row));
                    assert_eq!(batch.new_ids(row), expected, "{what}");
                    assert_eq!(batch.ids(row), [&prompt[..], &expected].concat(), "{what}");
                    assert_eq!(said[row], expected, "{what}");
                    assert_eq!(batch.stop_reason(row), reason, "{what}");
                }
                assert!(batch.next().is_none(), "{name} goes on after its end");
            }
        }
    }
}

/// The greedy continuations that `transformers` wrote down, all of a model at once.
#[test]
fn continuations_are_those_of_transformers() {
    let folders: Vec<_> = fs::read_dir(fixtures("hf")).unwrap().flatten().map(|entry| entry.path()).collect();
    for (device_name, device) in test_devices() {
        let mut compared = 0;
        for folder in folders.iter().filter(|folder| folder.join("generate.safetensors").is_file()) {
            let reference = TensorFile::read(folder.join("generate.safetensors")).unwrap();
            let whole = |name: String| reference.whole::<2>(&name).unwrap().map(|(_, ids)| ids.to_vec());
            let pairs: Vec<(Vec<i64>, Vec<i64>)> = (0..)
                .map_while(|i| Some((whole(format!("prompt.{i}"))?, whole(format!("output.{i}"))?)))
                .collect();
            let new = pairs.iter().map(|(prompt, output)| output.len() - prompt.len()).max().unwrap();
            let model = load(folder, &device).unwrap().into_transformer().unwrap();
            let prompts = pairs.iter().map(|(prompt, _)| (prompt, Sampling::default()));
            let mut batch = BatchGenerator::new(&model, prompts).unwrap().with_max_new_tokens(new);
            batch.by_ref().for_each(|step| assert!(step.is_ok(), "{step:?}"));
            for (row, (_, output)) in pairs.iter().enumerate() {
                let what = format!("{} prompt {row} on {device_name}", folder.display());
                assert_eq!(&batch.ids(row)[..output.len()], &output[..], "{what}");
                compared += 1;
            }
        }
        assert!(compared >= 6, "only {compared} continuations");
    }
}

#[test]
fn texts_end_one_by_one() {
    let model = random_model(&small(12), &fascicle_core::device("cpu").unwrap());
    let prompts = prompts();
    let batch =
        || BatchGenerator::new(&model, prompts.iter().map(|prompt| (prompt, Sampling::default()))).unwrap();
    let mut one = batch();
    one.end(3);
    let first = one.next().unwrap().unwrap();
    assert_eq!(first.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [0, 1, 2, 4]);
    one.end(0);
    one.end(99);
    one.by_ref().for_each(|step| assert!(step.is_ok()));
    assert_eq!((one.new_ids(3), one.stop_reason(3)), (&[][..], None));
    assert_eq!((one.new_ids(0), one.stop_reason(0)), (&[first[0].1][..], None));
    assert_eq!((one.ids(5), one.new_ids(5), one.stop_reason(5)), (&[][..], &[][..], None));
    let mut all = batch();
    all.by_ref().for_each(|step| assert!(step.is_ok()));
    for row in [1, 2, 4] {
        assert_eq!(one.ids(row), all.ids(row), "text {row}");
        assert_eq!(one.stop_reason(row), Some(StopReason::ContextFull(12)));
    }
    let mut none = batch().with_max_new_tokens(0);
    assert!(none.next().is_none());
    assert_eq!(none.stop_reason(4), Some(StopReason::MaxNewTokens));
    let nobody: [(Vec<i64>, Sampling); 0] = [];
    assert!(BatchGenerator::new(&model, nobody).unwrap().next().is_none());
}

#[test]
fn prompts_that_cannot_be_continued_are_named() {
    let model = random_model(&small(8), &fascicle_core::device("cpu").unwrap());
    let refused = |prompts: &[&[i64]]| {
        let prompts = prompts.iter().map(|prompt| (*prompt, Sampling::default()));
        BatchGenerator::new(&model, prompts).map(|_| ()).unwrap_err()
    };
    insta::assert_snapshot!(refused(&[&[1][..], &[]]), @"prompt 2 of 2 is empty: give at least one token id, or leave it out");
    insta::assert_snapshot!(refused(&[&[1][..], &[1, 11]]), @"token id 11 at row 1, position 1 is outside the vocabulary of 11 (ids 0 to 10)");
    insta::assert_snapshot!(refused(&[&[1][..], &[1; 9]]), @"the sequence has 9 positions, the model takes at most 8: shorten or truncate it");
}
