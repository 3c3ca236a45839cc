package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"nodebook/checker/needs"
	"nodebook/fixtures/btcd"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/secp"
	"nodebook/fixtures/simnet"
	"nodebook/fixtures/simnet/chains"

	"github.com/btcsuite/btcd/btcec/v2/schnorr"
	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"github.com/stretchr/testify/require"
)

var (
	compared = flag.String("chains", "real,signed-20000,taproot-20000", "the chains that BenchmarkBtcd syncs")
	times    = flag.Int("times", 3, "how often each program syncs; the table has medians")
	cores    = flag.Int("cores", 1, "what GOMAXPROCS is for each program")
)

// took is what a program took to sync.
type took struct {
	cpu, wall time.Duration
	peak      int64
}

// contest is a comparison in one run: programs that are built here, fed by one server.
type contest struct {
	b                     *testing.B
	checker, ours, theirs string
}

// BenchmarkBtcd compares the reference with btcd: both sync the same chain from the
// same server, one after another, with the same number of cores.
//
//	go test ./solutions/lesson8 -run '^$' -bench Btcd -benchtime 1x -timeout 1h -args -chains real,taproot-20000 -times 3
func BenchmarkBtcd(b *testing.B) {
	dir := b.TempDir()
	c := contest{b: b, checker: filepath.Join(dir, "checker"), ours: filepath.Join(dir, "lesson8"), theirs: needs.Btcd(b)}
	for path, pkg := range map[string]string{c.checker: "nodebook/checker", c.ours: "nodebook/solutions/lesson8"} {
		// Without paths it does not look into its source for what is not written yet.
		out, err := exec.Command("go", "build", "-trimpath", "-o", path, pkg).CombinedOutput()
		require.NoError(b, err, "%s", out)
	}
	fmt.Printf("%d of %d cores, medians of %d\n\n", *cores, runtime.NumCPU(), *times)
	fmt.Printf("| chain | | CPU s | of the bound | of btcd's | memory MiB | of btcd's | took s |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for b.Loop() {
		for name := range strings.SplitSeq(*compared, ",") {
			c.compare(name)
		}
	}
}

func (c contest) compare(name string) {
	chain, err := chains.Named(name)
	require.NoError(c.b, err)
	tip := chain.Hash(chain.Height())
	addrs, stop := c.serve(name)
	defer stop()
	network := chains.Network(name)
	connect := []string{"-network", network, "-connect", strings.Join(addrs, ","), "-workers", fmt.Sprint(*cores)}
	shown := slices.Clone(tip[:])
	slices.Reverse(shown)
	assume := append(slices.Clone(connect), "-assumevalid", hex.EncodeToString(shown))

	batch, more := append(slices.Clone(connect), "-batch", "1024"), append(slices.Clone(connect), "-perpeer", "64")
	var bounds, fixtures, ours, asked, batched, assumed, theirs, small []took
	for range *times { // in turn, so that a busy moment of the machine meets all
		modules, checks := boundOf(c.b, name, chain)
		bounds, fixtures = append(bounds, took{cpu: modules}), append(fixtures, took{cpu: checks})
		ours = append(ours, c.sync(connect, hex.EncodeToString(shown)))
		if name == "real" { // its blocks are small
			asked = append(asked, c.sync(more, hex.EncodeToString(shown)))
		} else { // it has Schnorr signatures
			batched = append(batched, c.sync(batch, hex.EncodeToString(shown)))
		}
		assumed = append(assumed, c.sync(assume, hex.EncodeToString(shown)))
		theirs = append(theirs, c.btcd(network, addrs[0], tip))
		small = append(small, c.btcd(network, addrs[0], tip, "--utxocachemaxsize=10"))
	}
	bound, base := median(bounds).cpu, median(theirs)
	row := func(who string, t took) {
		fmt.Printf("| %s | %s | %.2f | %.2f | %.2f | %d | %.2f | %.2f |\n", name, who, t.cpu.Seconds(), float64(t.cpu)/float64(bound),
			float64(t.cpu)/float64(base.cpu), t.peak>>20, float64(t.peak)/float64(base.peak), t.wall.Seconds())
	}
	row("the bound", median(bounds))
	row("the bound, checks of fixtures/secp", median(fixtures))
	row("lesson 8", median(ours))
	if len(asked) > 0 {
		row("lesson 8, 64 blocks of a peer at a time", median(asked))
	}
	if len(batched) > 0 {
		row("lesson 8, batches of 1,024", median(batched))
	}
	row("lesson 8, assumevalid", median(assumed))
	row("btcd", base)
	row("btcd, cache of 10 MiB", median(small))
}

func median(all []took) took {
	slices.SortFunc(all, func(a, b took) int { return cmp.Compare(a.cpu, b.cpu) })
	return all[len(all)/2]
}

// serve starts the server in a process by itself.
func (c contest) serve(chain string) (addrs []string, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, c.checker, "simnet", "--chain", chain, "--peers", "4", "--port", "0")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(c.b, err)
	require.NoError(c.b, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "next") {
		if f := strings.Fields(lines.Text()); f[0] == "peer" {
			addrs = append(addrs, f[1])
		}
	}
	require.Len(c.b, addrs, 4)
	return addrs, func() { cancel(); io.Copy(io.Discard, out); cmd.Wait() }
}

// limited is the environment of a program that is compared.
func limited() []string { return append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", *cores)) }

// sync runs our program.
func (c contest) sync(args []string, tip string) took {
	var out strings.Builder
	cmd := exec.Command(c.ours, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = c.b.TempDir(), limited(), &out, os.Stderr
	start := time.Now()
	require.NoError(c.b, cmd.Start())
	var t took
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	tick := time.NewTicker(5 * time.Millisecond) // the system forgets the peak with the process
	defer tick.Stop()
	for running := true; running; {
		select {
		case <-tick.C:
			t.peak = max(t.peak, btcd.Peak(cmd.Process.Pid))
		case err := <-ended:
			require.NoError(c.b, err, out.String())
			running = false
		}
	}
	t.wall = time.Since(start)
	t.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	require.Contains(c.b, out.String(), tip)
	return t
}

// btcd runs btcd, its start and end included.
func (c contest) btcd(network, peer string, tip [32]byte, args ...string) took {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	o := btcd.Options{Dir: c.b.TempDir(), Network: network, Connect: []string{peer}, Env: limited(), Args: args}
	if network == "mainnet" {
		o.Args = append(o.Args, "--nocheckpoints")
	}
	start := time.Now()
	n, err := btcd.Start(ctx, c.theirs, o)
	require.NoError(c.b, err)
	err = n.Reach(ctx, tip)
	wall := time.Since(start)
	u, stopped := n.Stop()
	require.NoError(c.b, err)
	require.NoError(c.b, stopped)
	return took{u.CPU, wall, u.Peak}
}

// boundOf is the time on a core that nobody can do without: one check for each
// signature and the hash of each byte, twice. The first is with checks by the modules that
// btcd uses, the second with those of package secp.
func boundOf(b *testing.B, name string, chain *simnet.Chain) (modules, fixtures time.Duration) {
	signatures := 865
	kind, number, _ := strings.Cut(name, "-")
	if kind != "real" {
		signatures, _ = strconv.Atoi(cmp.Or(number, "200000"))
	}
	d := draw.From(b)
	const sample = 500
	var theirs, ours []func() bool
	for i := range sample {
		secret, hash := [32]byte(d.Bytes(32)), [32]byte(d.Bytes(32))
		secret[0], secret[31] = 1, 1                           // below the order, and not 0
		if kind == "taproot" || kind == "signed" && i%4 == 3 { // a quarter of a signed chain's outputs are taproot's
			key, sig := secp.PublicX(secret), secp.SignSchnorr(secret, hash)
			ours = append(ours, func() bool { return secp.VerifySchnorr(key, hash, sig) })
			theirs = append(theirs, func() bool {
				point, err := schnorr.ParsePubKey(key[:])
				require.NoError(b, err)
				s, err := schnorr.ParseSignature(sig[:])
				require.NoError(b, err)
				return s.Verify(hash[:], point)
			})
			continue
		}
		key := secp.Public(secret)
		if kind == "real" {
			key = secp.PublicLong(secret)
		}
		r, s := secp.SignECDSA(secret, hash)
		ours = append(ours, func() bool { return secp.VerifyECDSA(key, hash, r, s) })
		theirs = append(theirs, func() bool {
			point, err := secp256k1.ParsePubKey(key)
			require.NoError(b, err)
			var x, y secp256k1.ModNScalar
			x.SetBytes(&r)
			y.SetBytes(&s)
			return ecdsa.NewSignature(&x, &y).Verify(hash[:], point)
		})
	}
	measure := func(checks []func() bool) time.Duration {
		start := cpuTime()
		for _, check := range checks {
			require.True(b, check())
		}
		return (cpuTime() - start) * time.Duration(signatures) / sample
	}
	start := cpuTime()
	for height := range chain.Height() + 1 {
		once := sha256.Sum256(chain.Block(height))
		sha256.Sum256(once[:])
		sha256.Sum256(chain.Block(height)[:80])
	}
	hashes := 2 * (cpuTime() - start)
	return measure(theirs) + hashes, measure(ours) + hashes
}
