//! Compares the front end's answers with a reference interpreter's, and keeps one small example of
//! each way in which they differ.

use crate::{Options, home};
use std::collections::BTreeMap;
use std::io;
use std::time::Instant;
use taipan_fuzz::answer;
use taipan_fuzz::case::{Case, Corpus};
use taipan_fuzz::minimise::minimise;
use taipan_fuzz::reference::Reference;

/// How many answers of the reference one example is worth.
const QUESTIONS: usize = 400;

/// Compares for as long as asked; true if nothing differed.
pub fn run(options: &Options, corpus: &Corpus, interpreter: &str) -> io::Result<bool> {
    println!("{} sources; seed {}", corpus.len(), options.seed);
    let folder = home().join("findings");
    std::fs::create_dir_all(&folder)?;
    let mut reference = Reference::start(interpreter)?;
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let (mut valid, mut differing) = (0_u64, 0_u64);
    let began = Instant::now();
    let mut index = options.from;
    while began.elapsed() < options.seconds {
        let case = corpus.case(options.seed, index);
        index += 1;
        let Some((ours, theirs)) = answers(&mut reference, &case)? else { continue };
        valid += u64::from(theirs.starts_with("ok"));
        let Some(difference) = answer::difference(&ours, &theirs) else { continue };
        differing += 1;
        let count = seen.entry(difference.clone()).or_default();
        *count += 1;
        if *count > 1 {
            continue;
        }
        let small = minimise(&case.source, QUESTIONS, |source| {
            let case = Case { source: source.to_vec(), ..case };
            let pair = answers(&mut reference, &case).ok().flatten();
            pair.is_some_and(|(ours, theirs)| {
                answer::difference(&ours, &theirs).as_ref() == Some(&difference)
            })
        });
        let case = Case { source: small, ..case };
        let path = folder.join(format!("{}-{}.py", options.seed, index - 1));
        std::fs::write(&path, &case.source)?;
        println!("\n{} ({}, -O{}): {difference}", path.display(), case.mode, case.optimize);
        println!("{}", String::from_utf8_lossy(&case.source).chars().take(600).collect::<String>());
        if let Some((ours, theirs)) = answers(&mut reference, &case)? {
            println!("  ours:   {}\n  theirs: {}", answer::readable(&ours), answer::readable(&theirs));
        }
    }
    println!(
        "\n{} cases ({valid} valid) in {} s, {differing} differ:",
        index - options.from,
        began.elapsed().as_secs()
    );
    for (difference, count) in &seen {
        println!("{count:6}  {difference}");
    }
    Ok(differing == 0)
}

/// Both answers, if the reference has one.
fn answers(reference: &mut Reference, case: &Case) -> io::Result<Option<(String, String)>> {
    let theirs = reference.answer(case)?;
    Ok(theirs.map(|theirs| (answer::answer(case), theirs)))
}
