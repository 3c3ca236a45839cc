package main

import (
	"os/exec"
	"testing"
)

// Each right solution of this lesson, in another style than the reference's,
// passes with several seeds.
func TestRightSolutionsPass(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "run", "./checker", "author", "right", "lesson6/", "--seeds=3")
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("checker author right: %v\n%s", err, out)
	}
}
