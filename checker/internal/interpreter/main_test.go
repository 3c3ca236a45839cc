package interpreter_test

import (
	"os"
	"testing"

	"nodebook/checker/internal/interpreter"
)

func TestMain(m *testing.M) {
	interpreter.ServeChild()
	os.Exit(m.Run())
}
