"""A front end's session with the kernel, by python3-jupyter-client.

Run as: session.py WORKBOOK; JUPYTER_DATA_DIR has the kernel specification.
"""
import os
import re
import signal
import sys
import time

import jupyter_client

LIMIT = 300  # seconds: a hang, not a speed

manager = jupyter_client.KernelManager(kernel_name="nodebook")
manager.start_kernel(cwd=sys.argv[1])
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=LIMIT)


def run(code, answers=(), **more):
    """Executes code; returns the reply's content, the text printed and all messages."""
    messages = []
    left = list(answers)
    reply = client.execute_interactive(
        code, timeout=LIMIT, allow_stdin=bool(answers), output_hook=messages.append,
        stdin_hook=lambda m: client.input(left.pop(0)), **more)
    text = ""
    for m in messages:
        if m["msg_type"] == "clear_output":
            text = ""
        elif m["msg_type"] == "stream":
            text += m["content"]["text"]
    return reply["content"], text, messages


def reply_to(msg_id):
    while True:
        m = client.get_shell_msg(timeout=LIMIT)
        if m["parent_header"].get("msg_id") == msg_id:
            return m["content"]


def equal(got, want, what):
    assert got == want, f"{what}: got {got!r}, want {want!r}"


def test_state():
    for code in ("x := 1", "x++", "x++"):
        equal(run(code)[0]["status"], "ok", code)
    equal(run("x")[1], "3\n", "each cell is run once, in the order in which they ran")
    run("x := \"again\"")
    equal(run("x")[1], "again\n", "a name is declared again with another type")


def test_messages():
    reply, text, messages = run("fmt.Println(framing.Mainnet)")
    kinds = [(m["msg_type"], m["content"].get("execution_state")) for m in messages]
    equal(kinds[0], ("status", "busy"), "first message")
    equal(kinds[1][0], "execute_input", "second message")
    equal(kinds[-1], ("status", "idle"), "last message")
    assert text != "", "a lesson's package is found by its name"


def test_error():
    reply, _, _ = run('fmt.Println("a")\nvar s int = "b"')
    equal(reply["status"], "error", "a cell that does not compile")
    assert "line 2" in reply["evalue"], reply
    assert any("--> 2" in line for line in reply["traceback"]), reply
    reply, _, _ = run('x := 0\nfmt.Println(1/x)')
    assert "divide by zero" in reply["evalue"] and "line 2" in reply["evalue"], reply
    equal(run("1 + 1")[1], "2\n", "after an error the kernel goes on")


def test_abort():
    first = client.execute('panic("first")')
    second = client.execute('fmt.Println("second")')
    equal(reply_to(first)["status"], "error", "the first cell")
    equal(reply_to(second)["status"], "aborted", "a cell that was sent before the error was known")


def test_show():
    for code, mime in (('show.Table([]string{"a<b"}, [][]string{{"c"}})', "text/html"), ('show.SVG("t", "<svg xmlns=\'http://www.w3.org/2000/svg\'/>")', "image/svg+xml"),
                       ('show.Bars("t", show.Bar{Label: "a&b", Value: 2})', "image/svg+xml"), ('show.HTML("t", "<p>hello")', "text/html")):
        data = [m["content"]["data"] for m in run(code)[2] if m["msg_type"] == "display_data"]
        equal(len(data), 1, code)
        assert mime in data[0] and "text/plain" in data[0], data
        assert "a<b" not in data[0][mime] and "a&b<" not in data[0][mime], data
    assert "sandbox" in data[0]["text/html"], data


def test_help():
    m = reply_to(client.complete("strings.ToUp", 12))
    equal(m["matches"][0], "ToUpper", "completion")
    run('block := "ä"')
    m = reply_to(client.complete('"ä" + bloc', 10))
    equal((m["matches"][:1], m["cursor_start"], m["cursor_end"]), (["block"], 6, 10), "completion counts code points")
    m = reply_to(client.complete("%%ex", 4))
    equal(m["matches"], ["%%exercise"], "completion of a magic")
    m = reply_to(client.complete("%check ReadM", 12))
    assert "ReadMagic" in m["matches"], m
    m = reply_to(client.complete("%%exercise ReadMagic\nfunc ReadMagic(r io.Reader) (Magic, error) {\n\treturn Mainn", 79))
    assert "Mainnet" in m["matches"], m
    m = reply_to(client.inspect("framing.ReadMagic", 12))
    assert m["found"] and "ReadMagic reads" in m["data"]["text/plain"], m
    equal(reply_to(client.inspect("nothing", 3))["found"], False, "inspection of a name that is not there")
    for code, want in (("x := 1", "complete"), ("func f() {", "incomplete"), ("x := )", "invalid"), ("%%exercise Ping", "incomplete")):
        equal(reply_to(client.is_complete(code))["status"], want, code)
    m = reply_to(client.history(hist_access_type="tail", n=2, raw=True, output=False))
    equal(len(m["history"]), 2, "history")
    m = reply_to(client.comm_info())
    equal(m["comms"], {}, "comms")


def test_input():
    _, text, _ = run('var name string\nfmt.Print("who? ")\nfmt.Scan(&name)\nfmt.Println("hello", name)', answers=["Ada"])
    equal(text, "who? hello Ada\n", "a cell that scans")
    equal(run("name")[1], "Ada\n", "what was scanned stays; nobody is asked again")
    reply, text, _ = run('var other string\n_, err := fmt.Scan(&other)\nfmt.Println(err)')
    equal(text, "EOF\n", "a front end that answers nothing")


def test_interrupt():
    for code in ("for {\n}", "select {}", "time.Sleep(time.Hour)"):
        sent = client.execute(code)
        while True:  # until it runs
            m = client.get_iopub_msg(timeout=LIMIT)
            if m["msg_type"] == "execute_input" and m["parent_header"]["msg_id"] == sent:
                break
        manager.interrupt_kernel()
        content = reply_to(sent)
        equal(content["status"], "error", code)
        drain()
    equal(run("2")[1], "2\n", "after an interrupt the kernel goes on")


def drain():
    while True:
        try:
            client.get_iopub_msg(timeout=0.2)
        except Exception:  # queue.Empty
            return


def test_hostile():
    """Cells that end, flood, fork or listen are ended as in the browser; the kernel lives."""
    mine = os.getpid()
    for code, status in (("os.Exit(3)", "error"),
                         ("p, _ := os.FindProcess(os.Getpid())\np.Kill()\nselect {}", "error"),
                         ('for { fmt.Println(strings.Repeat("a", 1<<16)) }', "error"),
                         ('cmd := exec.Command("sleep", "1000")\ncmd.Start()\nfmt.Println(cmd.Process.Pid)', "ok"),
                         ('l, err := net.Listen("tcp", "127.0.0.1:0")\nfmt.Println(l != nil, err)', "ok")):
        reply, text, _ = run(code)
        equal(reply["status"], status, code)
        assert len(text) < 1 << 20, "a flood is cut"
        if "sleep" in code:
            pid = int(text)
            for _ in range(LIMIT * 10):
                if not alive(pid):
                    break
                time.sleep(0.1)
            assert not alive(pid), "a child of a cell is ended with it"
    equal(run("3")[1], "3\n", "after all that the kernel goes on")
    assert mine == os.getpid()


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_magics():
    equal(run("%lesson lesson1")[1], "lesson1: message framing, 13 exercises\n", "a lesson")
    reply, text, _ = run("%nothing")
    equal(reply["status"], "error", "a magic that is not there")
    assert "%help" in reply["evalue"], reply
    assert "%%exercise" in run("%help")[1]
    equal(run("%exercise Ping")[0]["evalue"], "there is no %exercise: use %%exercise NAME [--overwrite]", "a sign too few")
    equal(run("%%check Ping")[0]["evalue"], "there is no %%check: use %check [NAME...] [--seed N]", "a sign too many")
    equal(run("%hint Ping 2")[0]["evalue"], "want one exercise: %hint Ping", "a hint with more words")
    equal(report(run("%check Ping Ping"))["text/plain"].count("Ping  not"), 1, "an exercise is checked once")
    reply, text, messages = run("framing.Hash256(nil)")
    said = "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream" and m["content"]["name"] == "stderr")
    equal(said, "Hash256 is not written yet, and this cell needs it\nhint: %%exercise Hash256 writes it, %%reference as the first line runs the cell with the reference\n", "a stub")
    equal(run("%%reference\nframing.Hash256(nil)")[1], "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456\n", "the reference")
    run("%%reference\nsum := framing.Hash256(nil)")
    equal(run("sum[0]")[1], "93\n", "what the reference has made stays as it is for a later cell")
    reply, _, _ = run("%%reference\nvar x int = true")
    assert any(line.startswith("--> 2") for line in reply["traceback"]), reply
    data = report(run("%check Ping"))
    assert "not implemented" in data["text/plain"] and "not implemented" in data["text/html"], data
    wrong = "func Ping(conn io.ReadWriter) error {\n\t_, err := conn.Write([]byte(\"pong\"))\n\treturn err\n}"
    data = report(run("%%exercise Ping\n" + wrong))
    assert "0 of 1" in data["text/plain"], data
    with open(os.path.join(sys.argv[1], "lessons/lesson1/framing/ping.go")) as f:
        file = f.read()
    assert wrong in file, "the cell is saved into the learner's file"
    with open(os.path.join(sys.argv[1], "lessons/lesson1/framing/ping.go"), "w") as f:
        f.write(file.replace('"pong"', '"from the editor"'))
    reply, _, _ = run("%%exercise Ping\n" + wrong)
    equal(reply["status"], "error", "a function that an editor has changed is not overwritten")
    assert any("from the editor" in line for line in reply["traceback"]), reply
    report(run("%%exercise Ping --overwrite\n" + wrong))
    reply, _, _ = run("%%exercise Ping\nfunc Pong() {}")
    equal(reply["status"], "error", "a cell without the exercise's function")
    assert "Ping" in reply["evalue"], reply
    equal(reply["evalue"], "func Ping is not in this cell", "what is missing, said once")
    for code in ("%%exercise Ping --force\n" + wrong, "%%exercise Ping ReadMagic\n" + wrong, "%lesson lesson1 lesson2"):
        equal(run(code)[0]["status"], "error", code)
    _, text, _ = run("%hint Ping")
    assert "hint 1" in text and "another one: %hint Ping" in text, text
    equal(run("%lesson lesson2\nx := 1")[0]["status"], "error", "Go below a line for the checker")
    equal(run("%lesson")[1], "lesson1: message framing, 13 exercises\n", "no line of such a cell is done")
    for code in ("x := 1\n%check Ping", "%check Ping\nx := 1"):
        assert "not both" in run(code)[0]["evalue"], code
    equal(run("fmt.Print(`\n%check Ping\n`)")[1], "\n%check Ping\n", "Go that looks like a line for the checker")
    assert "return err" in run("%diff Ping")[1]
    assert "Show" in run("%solution Ping", answers=["y"])[1]
    run("%reset Ping", answers=["y"])


def test_seed():
    """A failure names the line that repeats it, and that line does."""
    run("%lesson lesson1")
    wrong = "func Ping(conn io.ReadWriter) error {\n\t_, err := conn.Write([]byte(\"pong\"))\n\treturn err\n}"
    data = report(run("%%exercise Ping\n" + wrong))
    again = re.search("%check Ping --seed [0-9]+", data["text/plain"]).group()
    assert again in data["text/html"], data
    for code in (again, again.replace("--seed ", "--seed=")):
        data = report(run(code))
        assert again in data["text/plain"], (again, data)
    for code in ("%check --seed", "%check Ping --seed x", "%check --seed=0", "%check Ping --sed 1"):
        reply = run(code)[0]
        assert "--se" in reply["evalue"] and "want" in reply["evalue"], reply
    assert "--seed" in run("%help")[1]
    run("%reset Ping", answers=["y"])


def test_shell():
    """A line for Python's shell is answered as such; Go that starts with ! is Go."""
    for code in ("!ls", "!ls -la", "!pip install bitcoin", "x := 1\n!cat file"):
        reply = run(code)[0]
        equal(reply["status"], "error", code)
        assert "cells here are Go" in reply["evalue"] and "\n" not in reply["evalue"], reply
        assert "cells here are Go" in reply["traceback"][0], reply
    equal(run("done := false\n!done")[1], "true\n", "Go that starts with !")


def report(result):
    reply, _, messages = result
    equal(reply["status"], "ok", reply)
    data = [m["content"]["data"] for m in messages if m["msg_type"] == "display_data"]
    equal(len(data), 1, "one report")
    return data[0]


def test_unsigned():
    """A message that is not signed with the key is not answered."""
    key = client.session.key
    client.session.key = b"another key"
    client.execute('os.WriteFile("forged", nil, 0o644)')
    client.session.key = key
    equal(run("4")[1], "4\n", "the kernel goes on")
    assert not os.path.exists(os.path.join(sys.argv[1], "forged"))


def test_many():
    """Hundreds of cells leak neither memory nor processes."""
    pid = manager.provisioner.process.pid
    for i in range(50):
        run(f"n := {i}\nn")
    before, count = memory(pid), children(pid)
    for i in range(450 if "NODEBOOK_ALL" in os.environ else 150):
        run(f"n := {i}\nn")
    assert memory(pid) < before + (64 << 20), (before, memory(pid))
    assert children(pid) <= count + 2, (count, children(pid))


def memory(pid):
    with open(f"/proc/{pid}/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def children(pid):
    n = 0
    for p in os.listdir("/proc"):
        if p.isdigit():
            try:
                with open(f"/proc/{p}/stat") as f:
                    n += int(f.read().rpartition(")")[2].split()[1]) == pid
            except OSError:
                pass
    return n


def test_restart():
    run("y := 5")
    manager.restart_kernel()
    client.wait_for_ready(timeout=LIMIT)
    equal(run("y")[0]["status"], "error", "a restart forgets what cells declared")


names = sys.argv[2:] or [n for n in dir() if n.startswith("test_")]
names.sort(key=lambda n: n in ("test_restart", "test_many"))
failed = 0
for name in names:
    try:
        globals()[name]()
        print("ok  ", name, flush=True)
    except Exception as e:  # all of them are to be seen
        failed += 1
        print("FAIL", name, type(e).__name__, e, flush=True)
client.stop_channels()
manager.shutdown_kernel()
print(f"{len(names) - failed} passed, {failed} failed", flush=True)
os._exit(1 if failed else 0)
