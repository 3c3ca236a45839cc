package harness

import (
	"io"
	"reflect"
	"time"
)

// deps is what the testing package wants of its surroundings.
type deps struct{ path string }

type corpus = struct {
	Parent     string
	Path       string
	Data       []byte
	Values     []any
	Generation int
	IsSeed     bool
}

func (d deps) ImportPath() string                        { return d.path }
func (deps) ModulePath() string                          { return "nodebook" }
func (deps) MatchString(pat, str string) (bool, error)   { return true, nil }
func (deps) SetPanicOnExit0(bool)                        {}
func (deps) StartCPUProfile(io.Writer) error             { return nil }
func (deps) StopCPUProfile()                             {}
func (deps) StartTestLog(io.Writer)                      {}
func (deps) StopTestLog() error                          { return nil }
func (deps) WriteProfileTo(string, io.Writer, int) error { return nil }
func (deps) CoordinateFuzzing(time.Duration, int64, time.Duration, int64, int, []corpus, []reflect.Type, string, string) error {
	return nil
}
func (deps) RunFuzzWorker(func(corpus) error) error { return nil }
func (deps) ReadCorpus(string, []reflect.Type) ([]corpus, error) {
	return nil, nil
}
func (deps) CheckCorpus([]any, []reflect.Type) error { return nil }
func (deps) ResetCoverage()                          {}
func (deps) SnapshotCoverage()                       {}
func (deps) InitRuntimeCoverage() (string, func(string, string) (string, error), func() float64) {
	return "", nil, nil
}
