//! `posix_spawn`: starting a program with what is to be done in between told beforehand.

use taipan_host::spawn::{FileAction, Spawn};
use taipan_macros::native;
use taipan_object::native::{FromArgument, MethodDef};
use taipan_object::types::list::List;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Raised, Ref, Thread, protocol};

use crate::failure::OrRaise;
use crate::path::path_of;
use crate::posix::process::{argument_list, environment_list, is_mapping};
use crate::posix::schedule::priority_of;

pub(super) const FUNCTIONS: &[MethodDef] = &[POSIX_SPAWN, POSIX_SPAWNP];

fn number(thread: &mut Thread, value: Ref<'_>) -> Outcome<i32> {
    i32::from_argument(thread, value, "", 0)
}

fn wrong_length(thread: &mut Thread, what: &str, count: usize) -> Raised {
    thread.type_error(format!("A {what} file_action tuple must have {count} elements"))
}

/// The actions on files of the argument `file_actions`.
fn file_actions(thread: &mut Thread, actions: Ref<'_>) -> Outcome<Vec<FileAction>> {
    if actions.ty().slots().iter.is_none() && !protocol::is_sequence(actions) {
        return Err(thread.type_error("file_actions must be a sequence or None"));
    }
    let mut list = Vec::new();
    for action in protocol::collect(thread, actions)? {
        let items = match action.downcast::<Tuple>().map(Tuple::items) {
            Some(items) if !items.is_empty() => items,
            _ => return Err(thread.type_error("Each file_actions element must be a non-empty tuple")),
        };
        list.push(match (number(thread, items[0])?, &items[1..]) {
            (0, [fd, path, flags, mode]) => FileAction::Open {
                fd: number(thread, *fd)?,
                path: thread.fs_path(*path)?,
                flags: number(thread, *flags)?,
                mode: u32::from_argument(thread, *mode, "", 0)?,
            },
            (0, _) => return Err(wrong_length(thread, "open", 5)),
            (1, [fd]) => FileAction::Close(number(thread, *fd)?),
            (1, _) => return Err(wrong_length(thread, "close", 2)),
            (2, [from, to]) => FileAction::Duplicate(number(thread, *from)?, number(thread, *to)?),
            (2, _) => return Err(wrong_length(thread, "dup2", 3)),
            (3, [fd]) => FileAction::CloseFrom(number(thread, *fd)?),
            (3, _) => return Err(wrong_length(thread, "closefrom", 2)),
            _ => return Err(thread.type_error("Unknown file_actions identifier")),
        });
    }
    Ok(list)
}

/// A set of signals as an argument.
fn signals(thread: &mut Thread, set: Ref<'_>) -> Outcome<Vec<i32>> {
    let mut signals = Vec::new();
    for item in protocol::collect(thread, set)? {
        let signal = number(thread, item.as_ref());
        match signal {
            Ok(signal @ 1..=64) => signals.push(signal),
            Ok(signal) => {
                return Err(thread.value_error(format!("signal number {signal} out of range [1; 64]")));
            }
            Err(_) if thread.exception_is(&taipan_object::types::exception::OVERFLOW_ERROR) => {
                drop(thread.take_exception());
                return Err(thread.value_error("signal number out of range [1; 64]"));
            }
            Err(raised) => return Err(raised),
        }
    }
    Ok(signals)
}

/// The arguments by keyword.
struct Options<'a> {
    file_actions: Option<Ref<'a>>,
    setpgroup: Option<Ref<'a>>,
    resetids: bool,
    setsid: bool,
    setsigmask: Option<Ref<'a>>,
    setsigdef: Option<Ref<'a>>,
    scheduler: Option<Ref<'a>>,
}

fn spawn(
    thread: &mut Thread,
    function: &'static str,
    (path, argv, env): (Ref<'_>, Ref<'_>, Ref<'_>),
    options: &Options<'_>,
) -> Outcome<i32> {
    let path = path_of(function).get(thread, path)?;
    let is_list = argv.downcast::<List>().is_some() || argv.downcast::<Tuple>().is_some();
    if is_list && protocol::length(thread, argv)? > 0 && !is_mapping(env) && !env.is_none() {
        let message = format!("{function}: environment must be a mapping object or None");
        return Err(thread.type_error(message));
    }
    let prefix = format!("{function}:");
    let mut spawn = Spawn {
        arguments: argument_list(thread, argv, (&prefix, "argv"))?,
        environment: if env.is_none() { None } else { Some(environment_list(thread, env)?) },
        search: function == "posix_spawnp",
        reset_ids: options.resetids,
        new_session: options.setsid,
        ..Spawn::default()
    };
    if let Some(actions) = options.file_actions
        && !actions.is_none()
    {
        spawn.actions = file_actions(thread, actions)?;
    }
    if let Some(group) = options.setpgroup.filter(|group| !group.is_none()) {
        spawn.group = Some(number(thread, group)?);
    }
    if let Some(mask) = options.setsigmask {
        spawn.mask = Some(signals(thread, mask)?);
    }
    if let Some(default) = options.setsigdef {
        spawn.default = Some(signals(thread, default)?);
    }
    if let Some(scheduler) = options.scheduler.filter(|scheduler| !scheduler.is_none()) {
        if scheduler.downcast::<Tuple>().is_none() {
            let message = format!("{function}: scheduler must be a tuple or None");
            return Err(thread.type_error(message));
        }
        let Some([policy, param]) = scheduler.downcast::<Tuple>().map(Tuple::items) else {
            return Err(thread.type_error("A scheduler tuple must have two elements"));
        };
        let priority = priority_of(thread, *param)?;
        let policy = if policy.is_none() { None } else { Some(number(thread, *policy)?) };
        spawn.scheduler = Some((policy, priority));
    }
    thread.audit("os.posix_spawn", &[path.object.as_ref(), argv, env])?;
    thread.interp().host.spawn(path.name(), &spawn).or_raise_for(thread, &path)
}

/// Execute the program specified by path in a new process.
///
///   path
///     Path of executable file.
///   argv
///     Tuple or list of strings.
///   env
///     Dictionary of strings mapping to strings.
///   file_actions
///     A sequence of file action tuples.
///   setpgroup
///     The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.
///   resetids
///     If the value is `true` the POSIX_SPAWN_RESETIDS will be activated.
///   setsid
///     If the value is `true` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP
///     will be activated.
///   setsigmask
///     The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.
///   setsigdef
///     The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.
///   scheduler
///     A tuple with the scheduler policy (optional) and parameters.
#[native(
    signature = "($module, path, argv, env, /, *, file_actions=(),\n            setpgroup=None, resetids=False, setsid=False,\n            setsigmask=(), setsigdef=(), scheduler=None)"
)]
#[allow(clippy::too_many_arguments)] // as Python has them
fn posix_spawn(
    thread: &mut Thread,
    path: Ref<'_>,
    argv: Ref<'_>,
    env: Ref<'_>,
    file_actions: Option<Ref<'_>>,
    setpgroup: Option<Ref<'_>>,
    resetids: Option<bool>,
    setsid: Option<bool>,
    setsigmask: Option<Ref<'_>>,
    setsigdef: Option<Ref<'_>>,
    scheduler: Option<Ref<'_>>,
) -> Outcome<i32> {
    let (resetids, setsid) = (resetids.unwrap_or(false), setsid.unwrap_or(false));
    let options = Options { file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler };
    spawn(thread, "posix_spawn", (path, argv, env), &options)
}

/// Execute the program specified by path in a new process.
///
///   path
///     Path of executable file.
///   argv
///     Tuple or list of strings.
///   env
///     Dictionary of strings mapping to strings.
///   file_actions
///     A sequence of file action tuples.
///   setpgroup
///     The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.
///   resetids
///     If the value is `True` the POSIX_SPAWN_RESETIDS will be activated.
///   setsid
///     If the value is `True` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP
///     will be activated.
///   setsigmask
///     The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.
///   setsigdef
///     The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.
///   scheduler
///     A tuple with the scheduler policy (optional) and parameters.
#[native(
    signature = "($module, path, argv, env, /, *, file_actions=(),\n             setpgroup=None, resetids=False, setsid=False,\n             setsigmask=(), setsigdef=(), scheduler=None)"
)]
#[allow(clippy::too_many_arguments)] // as Python has them
fn posix_spawnp(
    thread: &mut Thread,
    path: Ref<'_>,
    argv: Ref<'_>,
    env: Ref<'_>,
    file_actions: Option<Ref<'_>>,
    setpgroup: Option<Ref<'_>>,
    resetids: Option<bool>,
    setsid: Option<bool>,
    setsigmask: Option<Ref<'_>>,
    setsigdef: Option<Ref<'_>>,
    scheduler: Option<Ref<'_>>,
) -> Outcome<i32> {
    let (resetids, setsid) = (resetids.unwrap_or(false), setsid.unwrap_or(false));
    let options = Options { file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler };
    spawn(thread, "posix_spawnp", (path, argv, env), &options)
}
