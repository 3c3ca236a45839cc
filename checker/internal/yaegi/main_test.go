package yaegi_test

import (
	"os"
	"testing"

	"nodebook/checker/internal/yaegi"
)

func TestMain(m *testing.M) {
	yaegi.ServeChild()
	os.Exit(m.Run())
}
