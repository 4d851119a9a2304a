/**
 * What runs inside of Python, before any answer: first everything that leads to the host is taken away, then one
 * function is left that loads an answer and runs its tests, step by step. Pyodide's own proxies of JavaScript objects
 * lead to the host by their constructors, so none may be left, nor anything that makes one: `verify` looks at every
 * object that the interpreter holds.
 */
export const PYTHON_GUEST = `
def _prepare():
    import asyncio, builtins, functools, gc, importlib, sys, types, unittest
    import _imp, _pyodide_core, json

    # Modules that call C by address, make JavaScript objects, start processes or crash on purpose.
    refused = {"_ctypes", "_pyodide_core", "_posixsubprocess", "_remote_debugging", "_xxtestfuzz", "xxsubtype", "faulthandler"}
    useful = """abc argparse array ast asyncio base64 bisect calendar cmath collections contextlib copy csv dataclasses
        datetime decimal difflib enum fractions functools hashlib heapq html inspect io itertools json math numbers
        operator os pathlib pickle pprint queue random re secrets statistics string struct tempfile textwrap time
        timeit types typing unicodedata unittest unittest.mock uuid zlib zoneinfo""".split()
    for name in useful:
        importlib.import_module(name)
    for name in sys.builtin_module_names:
        if name not in refused and not name.startswith("_test"):
            importlib.import_module(name)

    def is_bridge(value):
        return type(value) is types.BuiltinFunctionType and str(value.__module__).startswith("_pyodide")

    JsProxy = sys.modules["pyodide.ffi"].JsProxy
    theirs = [name for name in sys.modules if name.split(".")[0] in ("js", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core", "micropip")]
    modules = [sys.modules.pop(name) for name in theirs]

    # Answers get a loop of their own: Pyodide's is that of the host.
    class Selector:
        def select(self, timeout=None):
            if timeout is None:
                raise RuntimeError("it waits for something that never comes")
            loop.ahead += max(timeout, 0)
            return []
        def close(self): pass
        def get_map(self): return {}

    class Loop(asyncio.BaseEventLoop):
        """Time is virtual: when nothing is left to do, the earliest timer is due."""
        def __init__(self):
            super().__init__()
            self.ahead = 0.0
            self._selector = Selector()
        def time(self): return super().time() + self.ahead
        def _process_events(self, events): pass
        def _write_to_self(self): pass

    loop = None
    class Policy:
        def new_event_loop(self):
            nonlocal loop
            loop = Loop()
            return loop
        def get_event_loop(self): return loop or self.new_event_loop()
        def set_event_loop(self, given): pass
    policy = Policy()
    asyncio.events._event_loop_policy = policy
    asyncio.events._set_running_loop(None)
    # Pyodide puts a function of its own in place of asyncio.run.
    importlib.reload(asyncio.runners)
    asyncio.run, asyncio.Runner = asyncio.runners.run, asyncio.runners.Runner

    class Refused:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name.split(".")[0] in ("js", "micropip", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core"):
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    # Emscripten would ask Node for a shell.
    for name in ("system", "fork", "forkpty", "execv", "execve", "posix_spawn", "posix_spawnp"):
        for module in (sys.modules["posix"], sys.modules["os"]):
            vars(module).pop(name, None)

    sys.meta_path[:] = [Refused] + [finder for finder in sys.meta_path if getattr(finder, "__name__", "") in ("FrozenImporter", "PathFinder")]
    sys.path_hooks[:] = [hook for hook in sys.path_hooks if "pyodide" not in repr(hook)]
    for name in ("create_builtin", "create_dynamic", "exec_dynamic"):
        delattr(_imp, name)
    for module in modules:
        if isinstance(module, types.ModuleType):
            vars(module).clear()
    main = vars(sys.modules["__main__"])
    for key in [key for key in main if not key.startswith("__") and key != "_prepare"]:
        del main[key]
    del modules, _pyodide_core
    # The interpreter keeps a copy of every built-in module's names.
    for value in gc.get_objects():
        if type(value) is dict and any(is_bridge(item) for item in list(value.values())):
            value.clear()

    def leaks(JsProxy=JsProxy):
        """Objects that are, or could make, a proxy of something in JavaScript."""
        gc.collect()
        seen, queue, found = set(), [], []
        ours = {id(seen), id(queue), id(found)}
        queue.extend(gc.get_objects())
        queue.extend(vars(sys.modules["builtins"]).values())
        while queue:
            value = queue.pop()
            if id(value) in seen or id(value) in ours:
                continue
            seen.add(id(value))
            kind = type(value)
            if JsProxy in kind.__mro__ or is_bridge(value):
                found.append(repr(value)[:80])
            queue.extend(gc.get_referents(value))
        return found
    found = leaks()
    for name in ("get_objects", "get_referrers", "get_referents"):
        delattr(gc, name)

    state = {}
    # Answers may put other things in the place of these names.
    Anything, Assertion, Interrupt, Ended, Malformed = BaseException, AssertionError, KeyboardInterrupt, SystemExit, SyntaxError
    loads, dumps = json.loads, json.dumps
    FILE = "answer.py"

    def describe(error, sources):
        try:
            name = type(error).__name__
            if isinstance(error, Malformed):
                return f"{name}: {error.msg} (line {error.lineno})"
            if isinstance(error, Ended):
                return "it ended the program"
            text = str(error)
            if isinstance(error, Assertion) and text == "":
                entry, line = error.__traceback__, ""
                while entry is not None:
                    source = sources.get(entry.tb_frame.f_code.co_filename)
                    if source is not None:
                        lines = source.split("\\n")
                        line = lines[entry.tb_lineno - 1].strip() if entry.tb_lineno <= len(lines) else ""
                    entry = entry.tb_next
                text = line
            return f"{name}: {text}"[:500]
        except Anything:
            return "it raised something that cannot be shown"

    def guarded(work, sources):
        try:
            work()
        except Interrupt:
            return "it was interrupted"
        except Anything as error:
            return describe(error, sources)
        return None

    def call(run, *given):
        result = run(*given)
        if asyncio.iscoroutine(result):
            asyncio.run(result)

    def load(job):
        module = types.ModuleType("answer")
        sys.modules["answer"] = module
        scope = vars(module)
        for text in (job["setup"], job["code"]):
            failure = guarded(lambda: exec(compile(text, FILE, "exec", dont_inherit=True), scope), {FILE: text})
            if failure is not None:
                return {"failure": failure}
        entry = job["entryPoint"]
        if entry is not None and entry not in scope:
            return {"failure": f"it does not define {entry}"}
        state["scope"], state["entry"], state["codes"], state["sources"] = scope, entry, [], {}
        for index, text in enumerate(job["tests"]):
            file = f"test {index + 1}"
            state["sources"][file] = text
            def parse():
                state["codes"].append(compile(text, file, "exec", dont_inherit=True))
            failure = guarded(parse, {})
            if failure is not None:
                return {"failure": failure, "inTests": True}
        return {"failure": None}

    def body(job):
        scope = {**state["scope"], "__name__": "tests"}
        entry = state["entry"]
        if entry is not None:
            scope["candidate"] = scope[entry]
        before = dict(scope)
        failure = guarded(lambda: exec(state["codes"][job["index"]], scope), state["sources"])
        named = []
        for name, value in list(scope.items()):
            if before.get(name) is value:
                continue
            if isinstance(value, type) and issubclass(value, unittest.TestCase):
                for method in unittest.defaultTestLoader.getTestCaseNames(value):
                    named.append((f"{name}.{method}", lambda value=value, method=method: value(method).debug()))
            elif isinstance(value, types.FunctionType) and name.startswith("test"):
                named.append((name, lambda value=value: call(value)))
            elif isinstance(value, types.FunctionType) and name == "check" and entry is not None:
                named.append((name, lambda value=value: call(value, scope[entry])))
        state["named"] = named
        return {"failure": failure, "names": [name for name, _ in named]}

    def named(job):
        return {"failure": guarded(state["named"][job["index"]][1], state["sources"])}

    steps = {"load": load, "body": body, "named": named}

    def step(text):
        job = loads(text)
        return dumps(steps[job["do"]](job))

    return json.dumps(found), step

_found, _step = _prepare()
`;
