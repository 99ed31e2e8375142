//! Minimal sentence pairs: one word swapped for another, everything else alike.

/// One pair; the swapped words stand at the same place, and each is one token in BERT's vocabulary.
pub(super) struct Pair {
    pub(super) clean: &'static str,
    pub(super) corrupt: &'static str,
}

const fn pair(clean: &'static str, corrupt: &'static str) -> Pair {
    Pair { clean, corrupt }
}

/// Subjects, objects, verbs, adjectives, places and numbers; early, middle and late in the sentence.
pub(super) const PAIRS: &[Pair] = &[
    pair(
        "The doctor examined the patient in the morning.",
        "The lawyer examined the patient in the morning.",
    ),
    pair("The river runs through the old town.", "The railway runs through the old town."),
    pair("A dog slept on the warm kitchen floor.", "A child slept on the warm kitchen floor."),
    pair("My sister plays the piano every evening.", "My sister plays the violin every evening."),
    pair("The cat chased the mouse across the kitchen.", "The cat chased the truck across the kitchen."),
    pair("He bought a new car last week.", "He bought a new house last week."),
    pair("The company sold its factory in Spain.", "The company sold its factory in China."),
    pair("She read the letter twice before dinner.", "She burned the letter twice before dinner."),
    pair("The students love their history teacher.", "The students hate their history teacher."),
    pair("They built a bridge over the valley.", "They destroyed a bridge over the valley."),
    pair(
        "The weather was cold and the streets were empty.",
        "The weather was hot and the streets were empty.",
    ),
    pair("It was a happy ending for everyone.", "It was a sad ending for everyone."),
    pair("The soup needs more salt and some pepper.", "The soup needs more sugar and some pepper."),
    pair("The museum opens on Monday at nine.", "The museum opens on Friday at nine."),
    pair("We waited three hours for the train.", "We waited three days for the train."),
    pair("The judge sent the thief to prison.", "The judge sent the thief to school."),
    pair("Our team won the final game.", "Our team lost the final game."),
    pair("The ship crossed the ocean in winter.", "The ship crossed the ocean in summer."),
    pair("The baby drank the milk quickly.", "The baby drank the milk slowly."),
    pair("Scientists discovered a new planet far away.", "Scientists discovered a new virus far away."),
    pair("The king wore a golden crown.", "The king wore a golden ring."),
    pair("The farmer planted corn in the spring.", "The farmer planted trees in the spring."),
    pair("There is a fire in the building.", "There is a meeting in the building."),
    pair("The software crashed during the first test.", "The aircraft crashed during the first test."),
];
