//go:build unix

package process

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"nodebook/checker/needs"
)

// shell runs a script under limits and gives back its lines.
func shell(t *testing.T, ctx context.Context, script string, lim Limits) (Outcome, []string) {
	t.Helper()
	needs.Shell(t)
	var lines []string
	o, err := Run(ctx, exec.Command("sh", "-c", script), lim, func(b []byte) { lines = append(lines, string(b)) })
	if err != nil {
		t.Fatal(err)
	}
	return o, lines
}

func TestRun(t *testing.T) {
	o, lines := shell(t, t.Context(), "echo one; echo two; echo oops >&2; exit 3", Limits{})
	if strings.Join(lines, "|") != "one|two" || o.Exit != 3 || o.Stop != "" || o.Err != "oops\n" {
		t.Errorf("got %+v and %q", o, lines)
	}
}

func TestRun_limits(t *testing.T) {
	tests := []struct {
		name, script string
		lim          Limits
		want         Stop
	}{
		{"wall", "sleep 1000", Limits{Wall: 50 * time.Millisecond}, Wall},
		{"wall, although it ignores signals", "trap '' TERM INT HUP; while :; do sleep 1000; done", Limits{Wall: 50 * time.Millisecond}, Wall},
		{"output", "yes", Limits{Output: 1 << 20}, Output},
		{"output without a newline", "yes | tr -d '\\n'", Limits{Output: 1 << 20}, Output},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if o, _ := shell(t, t.Context(), tt.script, tt.lim); o.Stop != tt.want {
				t.Errorf("got %+v, want it stopped by %s", o, tt.want)
			}
		})
	}
}

func TestRun_cancelled(t *testing.T) {
	needs.Shell(t)
	ctx, cancel := context.WithCancel(t.Context())
	o, err := Run(ctx, exec.Command("sh", "-c", "echo ready; sleep 1000"), Limits{}, func([]byte) { cancel() })
	if err != nil || o.Stop != Cancelled {
		t.Errorf("got %+v, %v; want it cancelled", o, err)
	}
}

// A child that is left behind and holds the output open does not hold Run up.
func TestRun_childLeftBehind(t *testing.T) {
	start := time.Now()
	o, lines := shell(t, t.Context(), "sleep 1000 & echo done", Limits{})
	if o.Stop != "" || len(lines) != 1 {
		t.Errorf("got %+v and %q", o, lines)
	}
	if d := time.Since(start); d > 900*time.Second {
		t.Errorf("it took %v", d)
	}
}

func TestRun_cannotStart(t *testing.T) {
	_, err := Run(t.Context(), exec.Command("/no/such/program"), Limits{}, func([]byte) {})
	if !errors.Is(err, ErrStart) {
		t.Errorf("got error %v, want ErrStart", err)
	}
}
