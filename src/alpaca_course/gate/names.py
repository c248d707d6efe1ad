"""Names by which plain code reaches more than the objects it was given."""

from __future__ import annotations

import builtins
import difflib
import re


def words(text: str) -> frozenset[str]:
    """The words of ``text``."""
    return frozenset(text.split())


# Builtins that run text, hand out namespaces or talk to the interpreter.
REACHING = words(
    "eval exec compile globals locals vars delattr __import__ breakpoint help memoryview exit quit "
    "get_ipython In Out _ih _oh _dh"
)
# Builtins that are judged by how they are called, and so must be called by their name.
JUDGED_CALLS = words("getattr setattr hasattr type open super display")
# Of names that begin with two underscores these are read without a question.
PLAIN_DUNDERS = frozenset(("__name__", "__doc__", "__version__", "__init__", "__call__", "__len__"))
# A notebook's name of its own module, and what it was told of itself.
PLAIN_GLOBAL_DUNDERS = frozenset(("__name__", "__doc__"))
# Methods that a class may define although the language calls them by itself.
PLAIN_METHODS = frozenset(("__init__", "__call__"))
# Functions of the standard library that set attributes of what they are given, or ask it for more
# than its text: what they may be called with is judged, and they are not handed on.
JUDGED_FUNCTIONS = frozenset(
    ("copy.copy", "copy.deepcopy", "dataclasses.dataclass", "collections.namedtuple")
)
SHOWING = "IPython.display.display"
# Methods that write a file: under a picture's name, written there, and as a picture.
WRITING = words("savefig imsave")
# Methods that refuse a name that says no format of theirs, unless they are told one besides.
SAVING = words("save")
PICTURES = (".png", ".jpg", ".jpeg", ".svg", ".pdf")
# Keywords that let a call do more than its name says.
REACHING_KEYWORDS = words("refcheck")
# Methods that take such a keyword.
RESIZING = words("resize")

# Attributes without an underscore by which frames, code and tracebacks are reached.
_FRAMES = (
    "f_generator f_back f_builtins f_code f_globals f_locals f_trace func_globals func_code "
    "func_closure func_defaults mro with_traceback"
)
# Modules that hang on objects of libraries, or on other modules, under their own name.
_MODULES = (
    "os sys builtins importlib inspect types ctypes ctypeslib gc subprocess threading socket "
    "pickle cloudpickle marshal codeop pty posix shutil pathlib multiprocessing signal traceback "
    "linecache weakref atexit runpy imp zipimport tempfile asyncio concurrent dis ast tokenize "
    "logging contextlib copyreg pkgutil site sysconfig webbrowser urllib http tarfile zipfile pdb "
    "bdb faulthandler resource fcntl mmap select selectors platform getpass zmq IPython ipykernel "
    "alpaca_course notebooks np tf jax torch keras backend tensorflow python src compat"
)
# Objects of the notebook's own machinery, and ways to bytes on the disk or in memory.
_MACHINERY = (
    "session pub_thread kernel shell user_ns user_global_ns input_transformers_post "
    "ast_transformers display_pub displayhook parent_header comm_manager tofile dump dumps ctypes "
    "from_config compile_from_config load_module find_spec loader strides as_strided "
    "register register_forward_hook obj cffi capsule bit_generator ag_module python_function graph "
    "outer_graph canvas print_raw print_rgba print_figure buffer_rgba manager exception_handler "
    "write_png new_manager manager_class toolmanager create_with_canvas start_main_loop new_timer "
    "fset fdel"
)
REACHING_ATTRIBUTES = words(f"{_FRAMES} {_MODULES} {_MACHINERY}")
# Of generators, coroutines, tracebacks and code objects, whatever a version of Python adds.
PREFIXES = ("gi_", "cr_", "ag_", "tb_", "co_")

# What may be set on an object that is not the student's own: settings of layers and optimizers.
SETTINGS = words("trainable learning_rate lr rate activation stop_training momentum epsilon")
# Calls that do nothing with a module but show it or fail.
# None that may give it back or hand it on, as `max` with a key does.
HARMLESS_WITH_MODULES = words("print repr str len isinstance dir id bool")
# A class may be built on these without being anything but the student's own.
PLAIN_BASES = frozenset(
    name
    for name, value in vars(builtins).items()
    if value is object or (isinstance(value, type) and issubclass(value, Exception))
)


# What the notebook calls the last things that it showed.
_LAST_SHOWN = re.compile(r"_+\d*")


def is_there_anyway(name: str) -> bool:
    """Whether a notebook has ``name`` where every statement that would bind it has failed."""
    return hasattr(builtins, name) or _LAST_SHOWN.fullmatch(name) is not None


def is_setting(name: str) -> bool:
    """Whether ``name`` is a setting, or was meant to be one: a misspelt one only does nothing."""
    return name in SETTINGS or bool(difflib.get_close_matches(name, SETTINGS, n=1, cutoff=0.85))


def is_reaching_attribute(name: str) -> bool:
    """Whether an attribute of this name leads away from the object that it is read of."""
    if name.startswith("_"):
        return name not in PLAIN_DUNDERS
    return name in REACHING_ATTRIBUTES or name.startswith(PREFIXES)
