package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"nodebook/checker/needs"
	"nodebook/fixtures/simnet"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	simnet.Child()
	workerMain()
	os.Exit(m.Run())
}

// small is a run that is over soon.
func small(dir string, more ...string) []string {
	return append([]string{"-peers", "150", "-workers", "150", "-timeout", "1500ms", "-sample", "3", "-bits", "10", "-out", dir}, more...)
}

func TestRun(t *testing.T) {
	needs.Lot(t, 2)
	dir := t.TempDir()
	var out, errs bytes.Buffer
	require.Equal(t, 0, run(t.Context(), small(dir, "-profile", dir), &out, &errs), errs.String())
	for _, text := range []string{
		"100.0% complete", "times the bound", "== where the time goes", "one after another", "8 processes", "== work for the processor",
		"peers that the snapshot does not list", "peers with a protocol version below 70001", "wrote " + filepath.Join(dir, "timeline.svg"),
	} {
		require.Contains(t, out.String(), text)
	}
	b, err := os.ReadFile(filepath.Join(dir, "report.json"))
	require.NoError(t, err)
	var r report
	require.NoError(t, json.Unmarshal(b, &r))
	require.Greater(t, len(r.Peers), 140)
	require.Len(t, r.Ways, 4)
	for _, way := range r.Ways {
		require.Zero(t, way.Lost, way.Name)
		require.Equal(t, 3, way.Answered+way.Failed)
	}
	require.GreaterOrEqual(t, len(r.Unlisted), len(r.Old))
	require.Positive(t, r.Bound)
	svg, err := os.ReadFile(filepath.Join(dir, "timeline.svg"))
	require.NoError(t, err)
	require.Equal(t, len(r.Peers), bytes.Count(svg, []byte("<rect ")))
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		if _, err := d.Token(); err != nil {
			require.ErrorIs(t, err, io.EOF)
			break
		}
	}
	for _, name := range []string{"cpu.pprof", "trace.out"} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NotZero(t, info.Size())
	}
}

// Only the parts that are asked for run, and only their files are written.
func TestRun_only(t *testing.T) {
	dir := t.TempDir()
	var out, errs bytes.Buffer
	require.Equal(t, 0, run(t.Context(), small(dir, "-only", "search,pool"), &out, &errs), errs.String())
	require.Equal(t, []string{"== asking with a pool", "== work for the processor"}, headings(out.String()))
	require.FileExists(t, filepath.Join(dir, "report.json"))
	require.NoFileExists(t, filepath.Join(dir, "timeline.svg"))
}

func headings(out string) (found []string) {
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "== ") {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}

// firstLine cancels a context as soon as a line that contains text is written.
type firstLine struct {
	bytes.Buffer
	text   string
	once   sync.Once
	cancel context.CancelFunc
}

func (f *firstLine) Write(p []byte) (int, error) {
	n, err := f.Buffer.Write(p)
	if strings.Contains(f.String(), f.text) {
		f.once.Do(f.cancel)
	}
	return n, err
}

func TestRun_interrupted(t *testing.T) {
	needs.Lot(t, 4)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &firstLine{text: "complete", cancel: cancel}
	var errs bytes.Buffer
	require.Equal(t, 1, run(ctx, []string{"-peers", "2000", "-workers", "20", "-out", dir}, out, &errs))
	require.Equal(t, "lesson4: interrupted\n", errs.String())
	b, err := os.ReadFile(filepath.Join(dir, "report.json"))
	require.NoError(t, err)
	var r report
	require.NoError(t, json.Unmarshal(b, &r))
	require.NotEmpty(t, r.Peers, "what it had by then")
	require.Less(t, len(r.Peers), 1900)
	for _, p := range r.Peers {
		require.False(t, errors.Is(p.Err, context.Canceled) || p.Err != nil && strings.Contains(p.Err.Error(), "canceled"), "a peer that nobody waited for")
	}
}

func TestRun_print(t *testing.T) {
	needs.Lot(t, 4)
	var out, errs bytes.Buffer
	require.Equal(t, 0, run(t.Context(), small(t.TempDir(), "-print", "3"), &out, &errs), errs.String())
	_, whole, ok := strings.Cut(out.String(), "== one goroutine prints, the others send it their lines\n")
	require.True(t, ok)
	require.Len(t, strings.Split(strings.TrimSpace(whole), "\n"), 3)
}

func TestRun_misuse(t *testing.T) {
	for _, args := range [][]string{{"-peers", "0"}, {"-workers", "x"}, {"-timeout", "-1s"}, {"-sample", "0"}, {"-bits", "-1"}, {"surplus"}, {"-nothing"},
		{"-only", "pool,lake"}, {"-network", "nowhere"}, {"-peer", "a:b:c"}, {"-peer", "127.0.0.1", "-live"}, {"-live", "-network", "signet"}, {"-seeds", "-network", "regtest"}} {
		var out, errs bytes.Buffer
		require.Equal(t, 2, run(t.Context(), args, &out, &errs), args)
		require.Contains(t, errs.String(), "hint: run it with -h")
	}
	var out, errs bytes.Buffer
	require.Equal(t, 0, run(t.Context(), []string{"-h"}, &out, &errs))
	require.Contains(t, errs.String(), "-workers")
}

func TestOnlyLoopback(t *testing.T) {
	require.NoError(t, onlyLoopback("tcp", "127.9.1.4:18444", nil))
	for _, address := range []string{"203.0.113.7:8333", "[2001:db8::7]:8333", "nowhere"} {
		require.Error(t, onlyLoopback("tcp", address, nil))
	}
}
