package crawl_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson4/crawl"
)

// workerVariable turns the test's process into a worker of the named kind.
const workerVariable = "CRAWL_TEST_WORKER"

func TestMain(m *testing.M) {
	simnet.Child()
	if kind := os.Getenv(workerVariable); kind != "" {
		worker(kind)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// worker answers addresses as [crawl.Work] should, until its kind shows:
//
//	good      it never does
//	dies      instead of each third answer
//	half      it dies in the middle of each third answer
//	babbles   each third answer is no JSON
//	mistakes  each third answer is for somebody else
//	deadly    it dies when it is asked for a port that ends in 7
//	hangs     it never answers, and dies after a while, for the sake of those who
//	          do not look at ctx
func worker(kind string) {
	in := bufio.NewScanner(os.Stdin)
	for n := 1; in.Scan(); n++ {
		address := in.Text()
		r := crawl.Result{Address: address, Version: versionOf(address), Start: time.Now(), End: time.Now()}
		if strings.HasSuffix(address, "3") {
			r.Err = errFake
		}
		line, err := json.Marshal(r)
		if err != nil {
			os.Exit(3)
		}
		third := n%3 == 0
		switch {
		case kind == "hangs":
			time.AfterFunc(hanging, func() { os.Exit(1) })
			io.Copy(io.Discard, os.Stdin)
			return
		case kind == "dies" && third, kind == "deadly" && strings.HasSuffix(address, "7"):
			os.Exit(1)
		case kind == "half" && third:
			os.Stdout.Write(line[:len(line)/2])
			os.Exit(1)
		case kind == "babbles" && third:
			line = []byte("hello")
		case kind == "mistakes" && third:
			line = bytes.ReplaceAll(line, []byte(address), []byte("127.0.0.1:1"))
		}
		os.Stdout.Write(append(line, '\n'))
	}
}

// hanging is how long a worker hangs.
const hanging = 2 * time.Second

// workers makes commands and remembers them.
type workers struct {
	kind   string
	enough func() // is called where there are far too many
	mu     sync.Mutex
	cmds   []*exec.Cmd
}

func (w *workers) command() *exec.Cmd {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	if w.kind == "absent" {
		cmd = exec.Command("/nowhere/nodebook-worker")
	}
	cmd.Env = append(os.Environ(), workerVariable+"="+w.kind)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cmds = append(w.cmds, cmd); len(w.cmds) == 30 && w.enough != nil {
		w.enough()
	}
	return cmd
}

// patience is how long Processes may take for what takes a tenth of a second.
// Nothing is measured with it: it is for code that would wait for ever.
const patience = 30 * time.Second

// processes calls Processes and gives up on it if it does not return.
func processes(ctx context.Context, try *expect.Try, w *workers, list []string, n int) []crawl.Result {
	results := make(chan []crawl.Result, 1)
	go func() { results <- crawl.Processes(ctx, w.command, list, n) }()
	select {
	case r := <-results:
		return r
	case <-time.After(patience):
		try.Why("where a worker dies, somebody has to start another one, and to give it the address that the dead one had")
		try.Fail(fmt.Sprintf("it had not returned after %v", patience), "it returns")
		return nil
	}
}

// ended wants every process that was started to have been waited for.
func (w *workers) ended(try *expect.Try) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, cmd := range w.cmds {
		try.Why("a process that nobody waits for stays in the system's table, and one that was not ended goes on")
		try.True(cmd.Process == nil || cmd.ProcessState != nil, "a worker process was started and not closed", "every worker has been closed")
	}
	try.Why("")
}

// answered wants result i to be what a worker says of addresses[i].
func answered(try *expect.Try, list []string, results []crawl.Result, given func(string) bool) {
	try.Equal("number of results", len(results), len(list))
	for i, r := range results {
		name := fmt.Sprintf("results[%d]", i)
		try.Equal(name+".Address", r.Address, list[i])
		switch {
		case given != nil && given(r.Address):
			try.True(errors.Is(r.Err, crawl.ErrWorker), name+".Err = "+expect.Error(r.Err), "ErrWorker, wrapped: each worker that was asked for it died")
		case strings.HasSuffix(r.Address, "3"):
			try.True(r.Err != nil && strings.Contains(r.Err.Error(), errFake.Error()), name+".Err = "+expect.Error(r.Err), fmt.Sprintf("the text of the peer's error, %q", errFake))
		default:
			try.True(r.Err == nil, name+".Err = "+expect.Error(r.Err), "no error: the worker has said what the peer answered, or the next worker has")
			try.Equal(name+".Version.Nonce", r.Version.Nonce, versionOf(list[i]).Nonce)
		}
	}
}

func TestProcesses(t *testing.T) {
	for _, kind := range []string{"good", "dies", "half", "babbles", "mistakes"} {
		ok := t.Run(kind, func(t *testing.T) {
			defer noneLeft(t, "Processes(ctx, command, addresses, n)")()
			what := map[string]string{
				"good":     "with workers that answer",
				"dies":     "with workers that die instead of their third answer",
				"half":     "with workers that die in the middle of their third answer",
				"babbles":  "with workers whose third answer is no JSON",
				"mistakes": "with workers whose third answer is for another address",
			}[kind]
			d := draw.From(t)
			list := addresses(d, 13)
			w := &workers{kind: kind}
			try := expect.Tried(t, "Processes(ctx, command, addresses, 2), %s", what)
			results := processes(t.Context(), try, w, list, 2)
			answered(try, list, results, nil)
			w.ended(try)
			if kind == "good" {
				try.Why("a worker is good for many addresses: starting a process costs more than asking a peer")
				try.True(len(w.cmds) <= 2, fmt.Sprintf("%d processes", len(w.cmds)), "2 processes")
			}
		})
		if !ok {
			return // one message is enough, and code that hangs would hang each time
		}
	}
}

func TestProcesses_deadly(t *testing.T) {
	defer noneLeft(t, "Processes(ctx, command, addresses, n)")()
	d := draw.From(t)
	list := addresses(d, 5)
	list[d.IntN(5)] = "127.1.1.1:7777"
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := &workers{kind: "deadly", enough: cancel}
	deadly := func(address string) bool { return strings.HasSuffix(address, "7") }
	deaths := 0
	for _, a := range list {
		if deadly(a) {
			deaths++
		}
	}
	try := expect.Tried(t, "Processes(ctx, command, addresses, 1), with an address at which every worker dies")
	results := processes(ctx, try, w, list, 1)
	most := deaths*crawl.MaxDeaths + 1
	try.Why("an address that has cost MaxDeaths = %d workers is given up", crawl.MaxDeaths)
	try.True(len(w.cmds) <= most && len(w.cmds) >= deaths*crawl.MaxDeaths, fmt.Sprintf("%d processes", len(w.cmds)), fmt.Sprintf("%d processes, one more where work is left", most-1))
	try.Why("")
	answered(try, list, results, deadly)
	w.ended(try)
}

func TestProcesses_notThere(t *testing.T) {
	defer noneLeft(t, "Processes(ctx, command, addresses, n)")()
	list := addresses(draw.From(t), 3)
	w := &workers{kind: "absent"}
	try := expect.Tried(t, "Processes(ctx, command, addresses, 2), where the command does not exist")
	answered(try, list, processes(t.Context(), try, w, list, 2), func(string) bool { return true })
}

func TestProcesses_cancelled(t *testing.T) {
	defer noneLeft(t, "Processes(ctx, command, addresses, n)")()
	list := addresses(draw.From(t), 4)
	w := &workers{kind: "hangs"}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	time.AfterFunc(100*time.Millisecond, cancel)
	try := expect.Tried(t, "Processes(ctx, command, addresses, 2), where the workers hang and ctx is cancelled")
	results := processes(ctx, try, w, list, 2)
	try.Equal("number of results", len(results), len(list))
	for i, r := range results {
		try.Equal(fmt.Sprintf("results[%d].Address", i), r.Address, list[i])
		cancelled(try, fmt.Sprintf("results[%d]", i), r)
	}
	w.ended(try)
}

func TestProcesses_work(t *testing.T) {
	const tried = "Work(ctx, in, out, ask), with some addresses in in, one a line"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(5, 9))
		a := &asked{fails: some(d, list)}
		var out bytes.Buffer
		try := expect.Tried(t, tried)
		err := crawl.Work(t.Context(), strings.NewReader(strings.Join(list, "\n")+"\n"), &out, a.ask)
		try.NoError(err)
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		try.Equal("lines written", len(lines), len(list))
		for i, line := range lines {
			var r crawl.Result
			err := json.Unmarshal([]byte(line), &r)
			try.True(err == nil, fmt.Sprintf("line %d: %q", i+1, line), "a Result as JSON, as json.Marshal makes it")
			try.Equal(fmt.Sprintf("address in line %d", i+1), r.Address, list[i])
			if a.failing(list[i]) {
				try.True(r.Err != nil, fmt.Sprintf("line %d without an error", i+1), "the error's text")
			} else {
				try.Equal(fmt.Sprintf("nonce in line %d", i+1), r.Version.Nonce, versionOf(list[i]).Nonce)
			}
		}
	})
}

// The parent gives the next address only when it has the answer to the one before.
func TestProcesses_workAnswersAtOnce(t *testing.T) {
	const tried = "Work(ctx, in, out, ask), where the next address comes only after the answer to the one before"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 3)
		a := &asked{}
		toWorker, give := io.Pipe()
		fromWorker, out := io.Pipe()
		done := make(chan error, 1)
		go func() {
			done <- crawl.Work(t.Context(), toWorker, out, a.ask)
			out.Close()
			toWorker.Close()
		}()
		answers := make(chan string, len(list)+1)
		go func() {
			lines := bufio.NewScanner(fromWorker)
			for lines.Scan() {
				answers <- lines.Text()
			}
			close(answers)
		}()
		try := expect.Tried(t, tried)
		for i, address := range list {
			_, err := fmt.Fprintln(give, address)
			try.True(err == nil, "it returned before the end of in", "it reads to the end of in")
			select {
			case line, ok := <-answers:
				try.True(ok && strings.Contains(line, address), fmt.Sprintf("answer %d: %q", i+1, line), "the result of "+address)
			case <-time.After(10 * time.Hour):
				give.Close()
				try.Why("an answer that is kept back in a buffer is no answer: the other side waits for it")
				try.Fail("no answer for ten hours", "the answer, before the next address is read")
			}
		}
		give.Close()
		err := <-done
		try.NoError(err)
	})
}
