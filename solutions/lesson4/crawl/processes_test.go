package crawl_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet"
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
//	babbles   each third answer is not JSON
//	mistakes  each third answer is for somebody else
//	mortal    it dies at its first address
//	deadly    it dies when it is asked for a port that ends in 7
//	hangs     it never answers, and ends by itself after a while, for the sake of
//	          those who do not look at ctx
//	meets     it answers once it is told that the others are there too
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
			<-time.After(hanging)
			os.Exit(byItself)
		case kind == "meets":
			conn, err := net.Dial("tcp", os.Getenv(meetingVariable))
			if err != nil {
				os.Exit(4)
			}
			io.Copy(io.Discard, conn) // until the test hangs up
			conn.Close()
		case kind == "mortal":
			os.Exit(1)
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

// meetingVariable says where workers meet.
const meetingVariable = "CRAWL_TEST_MEETING"

const (
	hanging  = 5 * time.Second // is how long a worker hangs
	byItself = 7               // is its exit code if nobody has killed it by then
)

// workers makes commands and remembers them.
type workers struct {
	kind    string
	first   []string // the kinds of the first ones, where they are others
	meeting string
	enough  func() // is called if there are far too many
	mu      sync.Mutex
	cmds    []*exec.Cmd
}

func (w *workers) command() *exec.Cmd {
	w.mu.Lock()
	defer w.mu.Unlock()
	kind := w.kind
	if len(w.cmds) < len(w.first) {
		kind = w.first[len(w.cmds)]
	}
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	if kind == "absent" {
		cmd = exec.Command("/nowhere/nodebook-worker")
	}
	cmd.Env = append(os.Environ(), workerVariable+"="+kind, meetingVariable+"="+w.meeting)
	if w.cmds = append(w.cmds, cmd); len(w.cmds) == 30 && w.enough != nil {
		w.enough()
	}
	return cmd
}

// patience is how long Processes may take for what takes a tenth of a second.
// Nothing is measured with it: it is for code that would wait forever.
const patience = 30 * time.Second

// hung says that Processes did not return once: it would not the next time either.
var hung atomic.Bool

const whyReplaced = "a worker that has died answers no more: start another one, and give it the address that the dead one had"

// processes calls Processes and gives up on it if it does not return.
func processes(ctx context.Context, try *expect.Try, w *workers, list []string, n int) []crawl.Result {
	if hung.Load() {
		try.Why(whyReplaced)
		try.Fail(fmt.Sprintf("it was not called: the last time, it had not returned after %v", patience), "it returns")
	}
	results := make(chan []crawl.Result, 1)
	go func() { results <- crawl.Processes(ctx, w.command, list, n) }()
	select {
	case r := <-results:
		return r
	case <-time.After(patience):
		hung.Store(true)
		try.Why(whyReplaced)
		try.Fail(fmt.Sprintf("it had not returned after %v", patience), "it returns")
		return nil
	}
}

// ended wants every process that was started to have been waited for.
func (w *workers) ended(try *expect.Try) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, cmd := range w.cmds {
		try.Why("a process that nobody has ended keeps running, and one that nobody waits for stays in the system's table: Close does both")
		try.True(cmd.Process == nil || cmd.ProcessState != nil, "a worker process was started and not closed", "every worker has been closed")
	}
	try.Why("")
}

// atMost wants no more commands to have been asked for than n.
func (w *workers) atMost(try *expect.Try, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	try.True(len(w.cmds) <= n, fmt.Sprintf("%d processes", len(w.cmds)), fmt.Sprintf("%d processes at most", n))
}

// answered wants result i to be what a worker says of addresses[i]; why says why
// it has been answered or, where given says so, given up.
func answered(try *expect.Try, why string, list []string, results []crawl.Result, given func(string) bool) {
	try.Why(whyNobodyLeftOut).Equal("number of results", len(results), len(list))
	for i, r := range results {
		name := fmt.Sprintf("results[%d]", i)
		if try.Why(whyPlace); r.Address == "" {
			try.Why("%s", why)
		}
		try.Equal(name+".Address", r.Address, list[i])
		try.Why("%s", why)
		try.True(!r.End.Before(r.Start), name+" ends before it starts", "Start and End of the asking, as the worker has them")
		switch {
		case given != nil && given(r.Address):
			try.True(expect.Is(r.Err, crawl.ErrWorker), name+".Err = "+expect.Error(r.Err), "ErrWorker, wrapped: each worker that was asked for it died")
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
			const whyFailed = "an answer that is not the Result of the address comes from a worker that has failed: another one gets the address"
			say := map[string][2]string{
				"good":     {"with workers that answer", "parent and worker speak in lines: an address and a newline one way, a Result as a line of JSON the other way"},
				"dies":     {"where the first two workers die instead of their third answer", whyReplaced},
				"half":     {"where the first two workers die in the middle of their third answer", whyFailed},
				"babbles":  {"where the third answer of the first two workers is not JSON", whyFailed},
				"mistakes": {"where the third answer of the first two workers is for another address", whyFailed},
			}[kind]
			what, why := say[0], say[1]
			d := draw.From(t)
			list := addresses(d, 13)
			list[12] = list[0]
			// An address may be asked again by whichever worker is free: more than
			// two that fail could fail at the same one.
			w := &workers{kind: "good", first: []string{kind, kind}}
			try := expect.Tried(t, "Processes(ctx, command, addresses, 2), %s", what)
			results := processes(t.Context(), try, w, list, 2)
			answered(try, why, list, results, nil)
			w.ended(try)
			if kind == "good" {
				try.Why("a worker is good for many addresses: starting a process costs more than asking a peer")
				w.atMost(try, 2)
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
	try.Why("an address may be what kills the workers: one that has cost MaxDeaths = %d of them is given up", crawl.MaxDeaths)
	try.True(len(w.cmds) <= most && len(w.cmds) >= deaths*crawl.MaxDeaths, fmt.Sprintf("%d processes", len(w.cmds)), fmt.Sprintf("%d processes, one more where work is left", most-1))
	answered(try, "an address that is given up has ErrWorker for its result, and the others are answered as always", list, results, deadly)
	w.ended(try)
}

func TestProcesses_notThere(t *testing.T) {
	defer noneLeft(t, "Processes(ctx, command, addresses, n)")()
	list := addresses(draw.From(t), 3)
	w := &workers{kind: "absent"}
	try := expect.Tried(t, "Processes(ctx, command, addresses, 2), where the command does not exist")
	answered(try, "a worker that cannot be started counts as one that dies: after MaxDeaths of them the address is given up", list, processes(t.Context(), try, w, list, 2), func(string) bool { return true })
}

func TestProcesses_cancelled(t *testing.T) {
	defer noneLeft(t, "Processes(ctx, command, addresses, n)")()
	list := addresses(draw.From(t), 4)
	w := &workers{kind: "hangs"}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	time.AfterFunc(100*time.Millisecond, cancel)
	context.AfterFunc(ctx, func() { // code that continues anyway need not wait for long
		w.mu.Lock()
		defer w.mu.Unlock()
		w.kind = "absent"
	})
	try := expect.Tried(t, "Processes(ctx, command, addresses, 2), where the workers hang and ctx is cancelled")
	results := processes(ctx, try, w, list, 2)
	try.Why(whyNobodyLeftOut).Equal("number of results", len(results), len(list))
	for i, r := range results {
		try.Why(whyPlace).Equal(fmt.Sprintf("results[%d].Address", i), r.Address, list[i])
		cancelled(try, fmt.Sprintf("results[%d]", i), r)
	}
	w.ended(try)
	try.Why("once ctx has ended, no more peers are asked, and so no worker is needed")
	w.atMost(try, 2)
	try.Why("a worker process knows nothing of ctx: when it ends, a process that waits for a peer is killed")
	for _, cmd := range w.cmds {
		try.True(cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != byItself, "a worker hung until it gave up by itself", "the worker is killed when ctx ends")
	}
}
