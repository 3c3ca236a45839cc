package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/swift"

	"github.com/stretchr/testify/require"
)

// killAt names the height at which a child process kills itself.
const killAt = "LESSON8_KILL_AT"

func TestMain(m *testing.M) {
	if height, err := strconv.Atoi(os.Getenv(killAt)); err == nil {
		afterBlock = func(at int) {
			if at == height {
				p, _ := os.FindProcess(os.Getpid())
				p.Kill()
				select {} // no deferred call, no flush
			}
		}
		os.Exit(run(context.Background(), strings.Fields(os.Getenv("LESSON8_ARGS")), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func try(ctx context.Context, args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = run(ctx, args, &o, &e)
	return code, o.String(), e.String()
}

const (
	realSet = "set       74c5a654587d4eaac9248b73889453e0b2fbc918bbc7bb8d8e6301d4d8c98db3\n"
	realTip = "tip       14131, 00000000b3e750f37fdb42e1018799a9f44b546d393b130b369590a072430a1c\n"
)

// The real chain, killed twice without warning, then to its end.
func TestRun_killed(t *testing.T) {
	dir := t.TempDir()
	for _, height := range []string{"3000", "9000"} {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), killAt+"="+height, "LESSON8_ARGS=-bad= -cache 2500 -data "+dir)
		out, err := cmd.CombinedOutput()
		require.Error(t, err, "it was to be killed: %s", out)
	}
	code, out, errs := try(t.Context(), "-bad", "", "-data", dir)
	require.Zero(t, code, errs)
	for _, want := range []string{realSet, realTip, "had "} {
		require.Contains(t, out, want)
	}
	// It has asked for nothing that was in the file: all blocks up to the kill, but for the last 64 KiB.
	blocks := 0
	for line := range strings.Lines(out) {
		if text, ok := strings.CutPrefix(line, "blocks    "); ok {
			blocks, _ = strconv.Atoi(strings.ReplaceAll(strings.Fields(text)[0], ",", ""))
		}
	}
	require.LessOrEqual(t, blocks, 14_131-9_000+64<<10/215)
}

// With hints, the coins are the same.
func TestRun_swiftSync(t *testing.T) {
	code, out, errs := try(t.Context(), "-swiftsync", "-peers", "3", "-bad", "bad-merkle,behind")
	require.Zero(t, code, errs)
	for _, want := range []string{"peer 4 (bad-merkle)", realSet, realTip, "no coin was looked up"} {
		require.Contains(t, out, want)
	}
	for _, args := range [][]string{{"-hints", "x"}, {"-swiftsync", "-connect", "localhost"}, {"-swiftsync", "-data", t.TempDir()},
		{"-swiftsync", "-batch", "64"}, {"-swiftsync", "-assumevalid", "tip"}, {"-swiftsync", "-workers", "1"}, {"-swiftsync", "-cache", "100"}} {
		code, _, errs = try(t.Context(), args...)
		require.Equal(t, 2, code)
		require.Contains(t, errs, "-swiftsync")
		require.Contains(t, errs, args[len(args)-2])
	}
}

// The first run writes the hints, and the second reads them.
func TestRun_hints(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hints")
	code, _, errs := try(t.Context(), "-swiftsync", "-hints", file, "-connect", "127.0.0.1")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "a run without -connect writes it")
	for _, what := range []string{"written to ", "read from "} {
		code, out, errs := try(t.Context(), "-swiftsync", "-hints", file, "-peers", "2", "-bad", "")
		require.Zero(t, code, errs)
		require.Contains(t, out, "hints     "+what+file+"\n")
		require.Contains(t, out, realSet)
	}
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Less(t, len(b), 30_000, "a length and a byte for nearly each block")
	hints, err := readHints(b)
	require.NoError(t, err)
	genesis := bytes.Clone(b)
	genesis[1] ^= 1 // after the length
	for _, tt := range []struct {
		hints []byte
		want  string
	}{
		{nil, file + ": no hints in the file"},
		{b[:len(b)-1], file + ": hints of block 14131: unexpected EOF"},
		{appendHints(nil, hints[:9_000]), "there are hints for 9,000 blocks, the chain has 14,132"},
		{genesis, "block 0: " + swift.ErrHints.Error()},
	} {
		require.NoError(t, os.WriteFile(file, tt.hints, 0o600))
		code, _, errs := try(t.Context(), "-swiftsync", "-hints", file, "-peers", "1", "-bad", "")
		require.Equal(t, 1, code)
		require.Contains(t, errs, tt.want)
	}
}

// The bad peers are dropped, and the timeline has a row for each.
func TestRun_bad(t *testing.T) {
	svg := filepath.Join(t.TempDir(), "blocks.svg")
	code, out, errs := try(t.Context(), "-peers", "3", "-bad", "bad-merkle,misses,behind", "-svg", svg)
	require.Zero(t, code, errs)
	for _, want := range []string{"blocks    14,131 from ", "peer 4 (bad-merkle)", realSet, realTip, "865 signatures\n"} {
		require.Contains(t, out, want)
	}
	drawing, err := os.ReadFile(svg)
	require.NoError(t, err)
	require.Equal(t, 6, strings.Count(string(drawing), "<g>"))
	sum := 0 // a refused copy belongs to nobody
	for _, m := range regexp.MustCompile(`<title>([\d,]+) blocks?\b`).FindAllStringSubmatch(string(drawing), -1) {
		n, err := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
		require.NoError(t, err)
		sum += n
	}
	require.Equal(t, 14_131, sum)
}

// A copy that was refused belongs to nobody once another one has come.
func TestNetwork_kept(t *testing.T) {
	one, two := served{hash: block.Hash{1}, came: 1, bytes: 5e9}, served{hash: block.Hash{2}, came: 2, bytes: 30e9}
	again := served{hash: two.hash, came: 3, bytes: 1e9}
	n := &network{links: []*link{{served: []served{one, two}}, {}}}
	require.Equal(t, [][]served{{one, two}, nil}, n.kept())
	n.links[1].served = []served{again}
	require.Equal(t, [][]served{{one}, {again}}, n.kept())
	require.Equal(t, []served{one, two}, n.links[0].served)

	live := live{network: n, start: time.Now().Add(-1_000 * time.Second)}
	require.Equal(t, "6.0 MB/s of 2 peers", live.rates())
}

func TestCounted(t *testing.T) {
	for n, want := range map[int]string{0: "0 blocks", 1: "1 block", 2: "2 blocks", 1_234: "1,234 blocks"} {
		require.Equal(t, want, counted(n, "block"))
	}
}

func TestRun_signatures(t *testing.T) {
	code, out, errs := try(t.Context(), "-peers", "2", "-bad", "", "-signatures", "300", "-profile", t.TempDir())
	require.Zero(t, code, errs)
	require.Contains(t, out, "made-up chain")
	code, assumed, errs := try(t.Context(), "-peers", "2", "-bad", "", "-signatures", "300", "-assumevalid", "tip")
	require.Zero(t, code, errs)
	require.Contains(t, assumed, "checked   0 signatures\n")
	at := strings.Index(out, "set ")
	require.Contains(t, assumed, out[at:], "the coins are the same")
}

// A quarter of the signatures, or all, are checked in batches, and the coins are the
// same.
func TestRun_batch(t *testing.T) {
	args := []string{"-peers", "2", "-bad", "", "-signatures", "300"}
	_, singly, _ := try(t.Context(), args...)
	code, out, errs := try(t.Context(), append(args, "-batch", "64")...)
	require.Zero(t, code, errs)
	require.Regexp(t, `checked   \d+ signatures, \d+ of them in batches\n`, out)
	require.Contains(t, out, singly[strings.Index(singly, "set "):])
	code, out, errs = try(t.Context(), append(args, "-batch", "64", "-taproot")...)
	require.Zero(t, code, errs)
	require.Regexp(t, `checked   (\d+) signatures, (\d+) of them in batches\n`, out)
	f := regexp.MustCompile(`checked   (\d+) signatures, (\d+) `).FindStringSubmatch(out)
	require.Equal(t, f[1], f[2])
}

// A run that is stopped says how to go on.
func TestRun_stopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer func() { afterBlock = func(int) {} }()
	afterBlock = func(height int) {
		if height == 2_000 {
			cancel()
		}
	}
	code, out, errs := try(ctx, "-bad", "", "-data", t.TempDir())
	require.Equal(t, 1, code)
	require.Contains(t, errs, "everything that was checked is on the disk")
	require.Contains(t, out, "tip       2")
}

func TestRun_misused(t *testing.T) {
	for _, args := range [][]string{{"x"}, {"-peers", "0"}, {"-bad", "nice"}, {"-window", "0"}, {"-assumevalid", "12"}, {"-network", "no"}, {"-signatures", "-1"}, {"-batch", "-1"}, {"-taproot"}} {
		code, _, errs := try(t.Context(), args...)
		require.Equal(t, 2, code, args)
		require.Contains(t, errs, "hint: run it with -h")
	}
}
