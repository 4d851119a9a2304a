import { createServer } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import type { Trial } from "../../src/domain/sandbox.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { failuresOf, runTrial } from "./run-trial.ts";

process.env["EVALS_TEST_SECRET"] = "sk-secret";
const sandbox = createSandbox(1);
afterAll(() => sandbox.close());

/** Starting Pyodide on a busy machine takes its time. */
const PATIENT = { timeout: 120_000 };
const run = async (code: string, tests: readonly string[], more: Partial<Trial> = {}) =>
  failuresOf(await runTrial(sandbox, { language: "python", code, tests, ...more }));
const add = "def add(a, b):\n    return a + b";

describe("Python", PATIENT, () => {
  test("code that passes its tests passes, and a failing test is shown", async () => {
    expect(
      await run(add, ["assert add(1, 2) == 3", "assert add(1, 2) == 4", "assert add(1, 2) == 4, 'no'"]),
    ).toEqual([null, "AssertionError: assert add(1, 2) == 4", "AssertionError: no"]);
  });

  test("test functions, coroutines and unittest cases are counted one by one", async () => {
    const tests = [
      `import asyncio, unittest
def test_sum():
    assert add(1, 2) == 3
async def test_later():
    await asyncio.sleep(3600)
    assert add(1, 1) == 3
class Sums(unittest.TestCase):
    def setUp(self): self.one = 1
    def test_equal(self): self.assertEqual(add(self.one, 1), 2)
    def test_raises(self):
        with self.assertRaises(TypeError): add("a", 1)`,
    ];
    expect(await runTrial(sandbox, { language: "python", code: add, tests })).toEqual({
      kind: "tested",
      tests: [
        { name: "test_sum", failure: undefined },
        { name: "test_later", failure: "AssertionError: assert add(1, 1) == 3" },
        { name: "Sums.test_equal", failure: undefined },
        { name: "Sums.test_raises", failure: undefined },
      ],
    });
  });

  test("tests as those of HumanEval, which define check(candidate), are run", async () => {
    const check = "def check(candidate):\n    assert candidate(1, 2) == 3\n    assert candidate(2, 2) == 5";
    expect(await run(add, [check], { entryPoint: "add", setup: "import math" })).toEqual([
      "AssertionError: assert candidate(2, 2) == 5",
    ]);
  });

  test("code that does not load is broken; tests that do not parse, or are none, judge nothing", async () => {
    expect(await run("def f(:", ["assert 1"])).toBe("broken: SyntaxError: invalid syntax (line 1)");
    expect(await run("import numpy", ["assert 1"])).toBe(
      "broken: ModuleNotFoundError: No module named 'numpy'",
    );
    expect(await run(add, ["assert 1"], { entryPoint: "sub" })).toBe("broken: it does not define sub");
    expect(await run(add, ["assert ("])).toMatch(/^no-tests: SyntaxError/);
    expect(await run(add, [])).toBe("no-tests: there is no test");
  });

  test("the standard library is there", async () => {
    const code = `import asyncio, collections, dataclasses, datetime, decimal, heapq, itertools, json, random, re, statistics, typing
from dataclasses import dataclass
@dataclass
class Point:
    x: int
async def late(): return await asyncio.gather(asyncio.sleep(1, 1), asyncio.sleep(2, 2))`;
    expect(
      await run(code, [
        "assert Point(1) == Point(1)",
        "assert json.loads('[1]') == [1] and re.sub('a', 'b', 'a') == 'b'",
        "assert asyncio.run(late()) == [1, 2]",
        "assert __import__('hashlib').sha256(b'').hexdigest()[:4] == 'e3b0'",
      ]),
    ).toEqual([null, null, null, null]);
  });

  test("what ran before an endless loop keeps its result", async () => {
    const limits = { timeoutMs: 1500, memoryMb: 128, outputCharacters: 100 };
    expect(await run(add, ["assert 1", "while True: pass", "assert 1"], { limits })).toEqual([
      null,
      "not finished after 1.5 s",
      "not finished after 1.5 s",
    ]);
  });
});

describe("Python that attacks", PATIENT, () => {
  /** Enough for what ends by itself, however busy the machine is. */
  const attack = (code: string, tests: readonly string[] = ["assert True"], timeoutMs = 60_000) =>
    run(code, tests, { limits: { timeoutMs, memoryMb: 128, outputCharacters: 10_000 } });

  test.each([
    ["an endless loop", "while True: pass", /not finished after 2.5 s/],
    [
      "a loop that catches everything",
      "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
      /not finished/,
    ],
    ["a computation inside of a built-in", "10 ** 10 ** 9", /not finished|memory/],
    ["a regular expression without end", "import re; re.match('(a+)+$', 'a' * 60 + 'b')", /not finished/],
    ["allocation", "x = []\nwhile True: x.append(bytes(1_000_000))", /MemoryError/],
    ["one huge allocation", "bytes(1_500_000_000)", /MemoryError/],
    [
      "a huge file",
      "f = open('/tmp/x', 'wb')\nwhile True: f.write(bytes(1_000_000))",
      /No space left|MemoryError/,
    ],
    [
      "files without end",
      "i = 0\nwhile True:\n  i += 1\n  open(f'/tmp/{i}', 'w').write('x' * 10_000)",
      /OSError|space|not finished|too much memory/i,
    ],
    ["huge output", "while True: print('x' * 1000)", /printed more than 10000 characters/],
    ["endless recursion", "def f(): return f() + 1\nf()", /RecursionError/],
    ["a fork", "import os; os.fork()", /OSError|NotImplemented|AttributeError/],
    ["a process", "import subprocess; subprocess.run(['ls'])", /OSError/],
    ["a shell", "import os\nassert os.system('touch /tmp/here') == 0", /AttributeError/],
    ["a thread", "import threading; threading.Thread(target=print).start()", /RuntimeError/],
    ["a file of the host", "open('/etc/passwd').read()", /FileNotFoundError/],
    ["this very file", `open(${JSON.stringify(import.meta.filename)}).read()`, /FileNotFoundError/],
    ["the end of the program", "import sys; sys.exit(0)", /it ended the program/],
    ["the end of the process", "import os; os._exit(0)", /ended the (interpreter|program)|its process ended/],
    [
      "a signal to itself",
      "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nraise ValueError('alive')",
      /ended|alive|Error/,
    ],
    ["an abort", "import os; os.abort()", /ended|Error/],
    ["input that nobody types", "input()", /EOFError/],
  ])("%s is contained", async (_, code, reason) => {
    const timeoutMs = reason.source.includes("not finished") ? 2500 : undefined;
    expect(String(await attack(code, undefined, timeoutMs))).toMatch(reason);
    expect(await attack(add, ["assert add(1, 1) == 2"])).toEqual([null]);
  });

  test.each([
    ["js", "import js"],
    ["pyodide", "import pyodide"],
    ["pyodide.ffi", "from pyodide.ffi import create_proxy"],
    ["pyodide.code", "from pyodide.code import run_js"],
    ["pyodide_js", "import pyodide_js"],
    ["the bridge itself", "import _pyodide_core"],
    ["C by its address", "import ctypes"],
    ["C by its address, from below", "import _ctypes"],
    [
      "a built-in by hand",
      "import _imp, types\n_imp.create_builtin(types.SimpleNamespace(name='_pyodide_core'))",
    ],
    [
      "a built-in by its importer",
      "from importlib.machinery import BuiltinImporter as B, ModuleSpec\nB.create_module(ModuleSpec('_pyodide_core', B))",
    ],
    [
      "a library of its own",
      "open('/tmp/x.so', 'wb').write(b'\\0asm\\1\\0\\0\\0')\nfrom importlib.machinery import ExtensionFileLoader as L, ModuleSpec\nL('x', '/tmp/x.so').create_module(ModuleSpec('x', None, origin='/tmp/x.so'))",
    ],
    ["every object that is held", "import gc; gc.get_objects()"],
    [
      "a forgotten import",
      "import importlib, sys\nfor n in list(sys.modules): sys.modules.pop(n)\nimport _pyodide_core",
    ],
  ])("%s does not lead to JavaScript", async (_, code) => {
    expect(await attack(code)).toMatch(
      /^broken: (ModuleNotFoundError|ImportError|AttributeError|KeyError|TypeError)/,
    );
  });

  test("no object that can be reached is a proxy of JavaScript, so no constructor of one leads to the host", async () => {
    const code = `
import builtins, sys, types
def reach():
    seen, queue = {}, [object, builtins.__dict__, sys.modules, sys._getframe(0)]
    frame = sys._getframe(0)
    while frame is not None:
        queue += [frame.f_globals, dict(frame.f_locals)]
        frame = frame.f_back
    while queue and len(seen) < 400_000:
        value = queue.pop()
        if id(value) in seen: continue
        seen[id(value)] = value
        if isinstance(value, dict): queue += list(value.values())
        elif isinstance(value, (list, tuple, set, frozenset)): queue += list(value)
        elif isinstance(value, type):
            queue += list(vars(value).values())
            try: queue += type.__subclasses__(value)
            except TypeError: pass
        elif isinstance(value, types.ModuleType): queue.append(vars(value))
        elif isinstance(value, types.FunctionType):
            queue += [value.__globals__, value.__defaults__, *(c.cell_contents for c in value.__closure__ or () if c != types.CellType())]
        elif isinstance(value, types.BuiltinFunctionType): queue.append(value.__self__)
    return seen.values()
found = [v for v in reach() if not isinstance(v, type) and any("JsProxy" in t.__name__ for t in type(v).__mro__)]
makers = [t for t in reach() if isinstance(t, type) and "Js" in t.__name__ and "ffi" in str(t.__module__)]
made = []
for maker in makers:
    for args in ((), (0,), ({},), (1, 2)):
        try: made.append(maker(*args))
        except BaseException: pass
made = [m for m in made if hasattr(m, "js_id") or hasattr(m, "constructor")]
`;
    expect(await attack(code, ["assert found == [], found", "assert made == [], made"])).toEqual([
      null,
      null,
    ]);
  });

  test("nothing of the environment is there", async () => {
    expect(
      await attack("import os\nseen = ' '.join(os.environ.values())", ["assert 'secret' not in seen, seen"]),
    ).toEqual([null]);
  });

  test("the network is not there", async () => {
    let calls = 0;
    const server = createServer((socket) => {
      calls += 1;
      socket.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    try {
      const found = await attack(
        `import socket\ns = socket.socket()\ns.settimeout(1)\ns.connect(("127.0.0.1", ${port}))\ns.sendall(b"x")\ns.recv(1)\nraise SystemError("connected")`,
      );
      expect(String(found)).not.toContain("connected");
      expect(
        String(await attack(`import urllib.request\nurllib.request.urlopen("http://127.0.0.1:${port}")`)),
      ).toMatch(/Error/);
      expect(calls).toBe(0);
    } finally {
      server.close();
    }
  });

  test("results cannot be written past the tests", async () => {
    const words = `{"kind":"ended","result":{"kind":"tested"}}`;
    const code = `
import os, sys
for fd in range(0, 40):
    try: os.write(fd, b'x ${words}\\n')
    except OSError: pass
print('x ${words}')
def add(a, b): return a - b`;
    expect(await attack(code, ["assert add(1, 1) == 2"])).toEqual(["AssertionError: assert add(1, 1) == 2"]);
  });

  test("leaving early, and other words for the same names, do not pass a test", async () => {
    const code = `
import builtins, sys, unittest
builtins.AssertionError = ValueError
sys.exit = lambda *a: None
unittest.TestCase.assertEqual = lambda *a: None
def check(candidate): pass
def test_it(): pass
def add(a, b): raise SystemExit(0)`;
    expect(
      await attack(code, [
        "def check(candidate):\n    assert candidate(1, 1) == 2\ncheck(add)",
        "assert False",
      ]),
    ).toEqual(["it ended the program", "AssertionError: assert False"]);
  });

  test("one answer leaves nothing behind for the next", async () => {
    await attack(`
import builtins, json, math, os, sys
builtins.len = lambda x: 0
math.floor = None
json.loads = lambda text: {"failure": None, "names": []}
sys.modules["random"] = None
sys.path.insert(0, "/tmp")
open("/tmp/statistics.py", "w").write("x = 1")
open("/home/pyodide/kept", "w").write("x")
os.environ["KEPT"] = "1"
os.chdir("/tmp")`);
    const code =
      "import json, math, os, random, sys\nseen = (len('abc'), math.floor(1.5), os.listdir('/tmp'), os.path.exists('kept'), 'KEPT' in os.environ, os.getcwd())";
    expect(await attack(code, ["assert seen == (3, 1, [], False, False, '/home/pyodide'), seen"])).toEqual([
      null,
    ]);
  });

  test("an answer that changes the interpreter's own files costs it its process, and no other answer anything", async () => {
    await attack(
      "import os, sys\nfor p in sys.path:\n  if p.endswith('.zip'): open(p, 'wb').write(b'broken')",
    );
    expect(await attack("import colorsys", ["assert colorsys.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)"])).toEqual(
      [null],
    );
  });
});
