//! Text a token at a time is the text, whole characters and spaces included.

use std::fs;

use fascicle_models::Tokenizer;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

fn tokenizer(definition: &Value) -> (TempDir, Tokenizer) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tokenizer.json"), definition.to_string()).unwrap();
    let tokenizer = Tokenizer::load(folder.path()).unwrap();
    (folder, tokenizer)
}

fn special(id: usize, content: &str) -> Value {
    json!({
        "id": id, "content": content, "special": true,
        "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
    })
}

/// GPT-2's kind: a token a byte, in the printable letters that stand for bytes there, and one that is two bytes.
fn byte_level() -> (TempDir, Tokenizer) {
    let printable = |byte: u32| matches!(byte, 33..=126 | 161..=172 | 174..=255);
    let others = (0..256u32).filter(|byte| !printable(*byte));
    let letter = |byte: u32| match others.clone().position(|other| other == byte) {
        Some(at) => char::from_u32(256 + at as u32).unwrap(),
        None => char::from_u32(byte).unwrap(),
    };
    let mut vocab: serde_json::Map<String, Value> =
        (0..256).map(|byte| (letter(byte).to_string(), byte.into())).collect();
    vocab.insert(format!("{}t", letter(32)), 256.into());
    tokenizer(&json!({
        "version": "1.0",
        "added_tokens": [special(257, "<|endoftext|>")],
        "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true },
        "decoder": { "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true },
        "model": { "type": "BPE", "vocab": vocab, "merges": [[letter(32).to_string(), "t"]] },
    }))
}

/// Llama 2's kind: words with a mark for the space before them, bytes for what is in no word.
fn byte_fallback() -> (TempDir, Tokenizer) {
    let words = ["<unk>", "<s>", "▁the", "▁cat", "s", "▁", "▁→"];
    let mut vocab: serde_json::Map<String, Value> =
        words.iter().enumerate().map(|(id, word)| (word.to_string(), id.into())).collect();
    for byte in 0..256 {
        vocab.insert(format!("<0x{byte:02X}>"), (words.len() + byte).into());
    }
    tokenizer(&json!({
        "version": "1.0",
        "added_tokens": [special(0, "<unk>"), special(1, "<s>")],
        "decoder": { "type": "Sequence", "decoders": [
            { "type": "Replace", "pattern": { "String": "▁" }, "content": " " },
            { "type": "ByteFallback" },
            { "type": "Fuse" },
            { "type": "Strip", "content": " ", "start": 1, "stop": 0 },
        ]},
        "model": { "type": "BPE", "vocab": vocab, "merges": [], "unk_token": "<unk>", "byte_fallback": true },
    }))
}

/// What each token adds, then what is left at the end.
fn pieces(tokenizer: &Tokenizer, prompt: &[i64], ids: &[i64]) -> Vec<String> {
    let mut stream = tokenizer.stream(prompt);
    let mut pieces: Vec<String> = ids.iter().map(|id| stream.push(*id).unwrap()).collect();
    pieces.push(stream.finish().unwrap());
    pieces
}

#[test]
fn a_character_comes_whole() {
    let (_folder, tokenizer) = byte_level();
    let ids: Vec<i64> = "a→ t".bytes().map(i64::from).collect();
    assert_eq!(pieces(&tokenizer, &[], &ids), ["a", "", "", "→", " ", "t", ""]);
    // text that the tokenizer itself made comes back
    let made = tokenizer.encode(&["naïve to →😀\n"], None).unwrap();
    assert!(made.ids().contains(&256));
    assert_eq!(tokenizer.decode(made.ids()).unwrap(), "naïve to →😀\n");
    assert_eq!(pieces(&tokenizer, &[], made.ids()).concat(), "naïve to →😀\n");
    // a character that is never finished, and one that another breaks off
    assert_eq!(pieces(&tokenizer, &[], &[97, 0xf0, 0x9f]), ["a", "", "", "\u{fffd}"]);
    assert_eq!(pieces(&tokenizer, &[], &[0xf0, 0x9f, 98]), ["", "", "\u{fffd}b", ""]);
    // a character that begins in the prompt
    assert_eq!(pieces(&tokenizer, &[97, 0xe2, 0x86], &[0x92, 98]), ["→", "b", ""]);
}

#[test]
fn spaces_are_kept() {
    let (_folder, tokenizer) = byte_fallback();
    // "the cats the" after "the": alone it would lose its first space
    assert_eq!(tokenizer.decode(&[3, 4, 2]).unwrap(), "cats the");
    assert_eq!(pieces(&tokenizer, &[1, 2], &[3, 4, 2]), [" cat", "s", " the", ""]);
    assert_eq!(pieces(&tokenizer, &[1], &[3, 4, 2]), ["cat", "s", " the", ""]);
    assert_eq!(pieces(&tokenizer, &[2], &[5, 5, 3]), [" ", " ", " cat", ""]);
    // bytes of "é" between words
    let byte = |byte: i64| 7 + byte;
    assert_eq!(pieces(&tokenizer, &[2], &[byte(0xc3), byte(0xa9), 3]), ["", "é", " cat", ""]);
}

#[test]
fn special_and_unknown_tokens_add_nothing() {
    let (_folder, tokenizer) = byte_level();
    assert_eq!(tokenizer.decode(&[104, 257, 105, -1, 9999, i64::MAX]).unwrap(), "hi");
    assert_eq!(pieces(&tokenizer, &[104], &[257, 105, 9999]), ["", "i", "", ""]);
}

proptest! {
    #[test]
    fn pieces_make_up_the_text(ids in prop::collection::vec(0i64..257, 0..40), cut in 0usize..40) {
        let (_folder, tokenizer) = byte_level();
        prop_assert_eq!(pieces(&tokenizer, &[], &ids).concat(), tokenizer.decode(&ids).unwrap());
        // after a prompt of whole characters as well
        let text: String = tokenizer.decode(&ids).unwrap().chars().take(cut).collect();
        let prompt: Vec<i64> = text.bytes().map(i64::from).collect();
        let all = [prompt.clone(), ids.clone()].concat();
        let said = format!("{text}{}", pieces(&tokenizer, &prompt, &ids).concat());
        prop_assert_eq!(said, tokenizer.decode(&all).unwrap());
    }

    #[test]
    fn text_that_is_text_comes_in_whole_characters(text in "\\PC{0,20}") {
        // one that is in the text itself looks like half a character until the next comes
        let text = text.replace('\u{fffd}', "→");
        let (_folder, tokenizer) = byte_fallback();
        let ids: Vec<i64> = text.bytes().map(|byte| 7 + i64::from(byte)).collect();
        let pieces = pieces(&tokenizer, &[2], &ids);
        prop_assert_eq!(pieces.concat(), text);
        prop_assert!(pieces.iter().all(|piece| piece.chars().count() <= 1), "{:?}", pieces);
    }
}

/// Cutting keeps the special tokens, and something of the text.
#[test]
fn texts_are_cut_to_more_than_their_special_tokens() {
    let (_folder, tokenizer) = tokenizer(&json!({
        "version": "1.0",
        "added_tokens": [special(0, "[CLS]"), special(1, "[SEP]")],
        "post_processor": { "type": "BertProcessing", "cls": ["[CLS]", 0], "sep": ["[SEP]", 1] },
        "model": { "type": "BPE", "vocab": { "[CLS]": 0, "[SEP]": 1, "a": 2, "b": 3 }, "merges": [] },
    }));
    assert_eq!(tokenizer.encode(&["abab"], Some(3)).unwrap().ids(), [0, 2, 1]);
    assert_eq!(tokenizer.lengths(&["abab", "a"], Some(4)).unwrap(), [4, 3]);
    for limit in [0, 1, 2] {
        let text = tokenizer.encode(&["abab"], Some(limit)).unwrap_err().to_string();
        let expected = format!(
            "tokenizer.json: texts cannot be cut to {limit}: 2 tokens around each are special, so that the limit is at least 3"
        );
        assert!(text.ends_with(&expected), "{text}");
    }
}
