package main

import (
	"os/exec"
	"testing"

	"nodebook/checker/needs"
)

// Each wrong solution of this lesson is refused by the exercise that it names,
// with the message beside it, and by no exercise that has nothing to do with it.
func TestWrongSolutionsAreRefused(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "run", "./checker", "author", "wrong", "lesson6/", needs.Draw(3, 8))
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("checker author wrong: %v\n%s", err, out)
	}
}
