//! Runs cases in a child process, so that what kills a process is found like anything else.
//!
//! The child notes the number of each case before it begins; when it dies or stands still, the
//! parent makes that case again, keeps it, and goes on behind it.

use crate::{Options, home};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use taipan_fuzz::answer;
use taipan_fuzz::case::{Case, Corpus};
use taipan_fuzz::hostile::FAMILIES;

/// No case is so large that it may take this long.
const PATIENCE: Duration = Duration::from_secs(10);

/// The exit code of a child that gave up on a case.
const TOO_SLOW: i32 = 99;

/// Runs cases for as long as asked; true if nothing was found.
pub fn run(options: &Options, corpus: &Corpus) -> io::Result<bool> {
    println!("{} sources; seed {}", corpus.len(), options.seed);
    let began = Instant::now();
    let progress = home().join("artifacts").join("progress");
    std::fs::create_dir_all(home().join("artifacts"))?;
    let mut next = options.from;
    let mut found = 0;
    while let Some(left) = options.seconds.checked_sub(began.elapsed()).filter(|left| left.as_secs() > 0) {
        std::fs::write(&progress, next.to_le_bytes())?;
        let mut child = Command::new(std::env::current_exe()?);
        child.args(["--seed", &options.seed.to_string(), "--from", &next.to_string()]);
        child.args(["--seconds", &left.as_secs().to_string()]).arg("--worker").arg(&progress);
        for folder in &options.corpus {
            child.arg("--corpus").arg(folder);
        }
        let output = child.stdin(Stdio::null()).stderr(Stdio::piped()).output()?;
        let mut index = [0; 8];
        File::open(&progress)?.read_exact(&mut index)?;
        next = u64::from_le_bytes(index) + 1;
        if output.status.success() {
            break;
        }
        found += 1;
        let kind = if output.status.code() == Some(TOO_SLOW) { "slow" } else { "crash" };
        let case = corpus.case(options.seed, next - 1);
        let path = home().join("artifacts").join(format!("{kind}-{}-{}.py", options.seed, next - 1));
        std::fs::write(&path, &case.source)?;
        println!("{kind}: {} ({}, -O{}): {}", path.display(), case.mode, case.optimize, output.status);
        let said = String::from_utf8_lossy(&output.stderr);
        println!("{}", said.lines().take(6).collect::<Vec<_>>().join("\n"));
    }
    println!("{} cases in {} s, {found} found", next - options.from, began.elapsed().as_secs());
    Ok(found == 0)
}

/// The child: runs cases until time is up.
pub fn work(options: &Options, corpus: &Corpus, progress: &Path) -> io::Result<bool> {
    let progress = File::options().write(true).open(progress)?;
    let began = Instant::now();
    let watched = watch();
    let mut index = options.from;
    while began.elapsed() < options.seconds {
        progress.write_all_at(&index.to_le_bytes(), 0)?;
        watched.store(index, Ordering::Relaxed);
        answer::check(&corpus.case(options.seed, index));
        index += 1;
    }
    Ok(true)
}

/// Ends the process when the number that it returns stays the same for too long.
fn watch() -> &'static AtomicU64 {
    static CURRENT: AtomicU64 = AtomicU64::new(u64::MAX);
    std::thread::spawn(|| {
        let mut last = u64::MAX;
        loop {
            std::thread::sleep(PATIENCE);
            let now = CURRENT.load(Ordering::Relaxed);
            if now == last && now != u64::MAX {
                eprintln!("case {now} takes longer than {} s", PATIENCE.as_secs());
                std::process::exit(TOO_SLOW);
            }
            last = now;
        }
    });
    &CURRENT
}

/// Runs each hostile family at `size` and at a quarter of it, and compares the times.
pub fn hostile(size: usize) -> io::Result<bool> {
    let mut fine = true;
    for family in FAMILIES {
        let time = |size: usize| {
            let case = Case { source: family.make(size), mode: "exec", optimize: 0 };
            let began = Instant::now();
            let row = answer::check(&case);
            (began.elapsed(), row)
        };
        let (quarter, _) = time(size / 4);
        let (whole, row) = time(size);
        // Four times the size may take eight times as long, or as long as nobody minds.
        let grows = whole > quarter * 8 && whole > Duration::from_millis(200);
        let verdict = if grows { "GROWS TOO FAST" } else { "" };
        fine &= !grows;
        println!(
            "{:42} {:8.1} ms {:8.1} ms {verdict} {}",
            family.name,
            millis(quarter),
            millis(whole),
            headline(&row)
        );
    }
    Ok(fine)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn headline(row: &str) -> String {
    row.chars().take(60).collect()
}
