package build

import (
	"bufio"
	"bytes"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"nodebook/fixtures/draw"
)

// Race is how the race detector is set, in the variable GORACE. The first race
// ends the program: the detector reports a place once, so that the same race
// in a later test of another exercise would pass, and what a program does after
// a race means nothing.
const Race = "atexit_sleep_ms=0 halt_on_error=1"

// dropped are variables that change what is built or how it runs. Their values
// in the file that "go env -w" writes are dropped by GOENV=off.
var dropped = []string{
	"GOENV", "GOFLAGS", "GO111MODULE", "GOWORK", "GOOS", "GOARCH", "GOEXPERIMENT", "GOROOT", "GOFIPS140",
	"GOAMD64", "GOARM64", "GOARM", "GO386", "GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64", "GOWASM", "GO_EXTLINK_ENABLED",
	"CGO_ENABLED", "CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS",
	"GOTRACEBACK", "GORACE", "GODEBUG", "GOMAXPROCS", "GOGC", "GOMEMLIMIT", "GOCOVERDIR", draw.Variable,
}

// places are settings that say where things are and how they are fetched. They
// do not change what is built, so the user's own are kept, from the environment
// or from the file that "go env -w" writes.
var places = []string{
	"GOCACHE", "GOCACHEPROG", "GOMODCACHE", "GOPATH", "GOTMPDIR", "GOTOOLCHAIN", "CC", "GOAUTH",
	"GOPROXY", "GONOPROXY", "GOPRIVATE", "GOINSECURE", "GOVCS", "GOSUMDB", "GONOSUMDB",
}

// Environ is the environment of Go's commands and of the programs they build: the
// user's own, without what could change a verdict.
func Environ() []string {
	var env []string
	set := map[string]bool{}
	for _, kv := range os.Environ() {
		name, value, _ := strings.Cut(kv, "=")
		switch {
		case slices.Contains(dropped, name):
		case name == "GOTMPDIR" && !isDir(value): // go would refuse to run
		case name == "HOME" && value == "" && runtime.GOOS != "windows":
		default:
			env = append(env, kv)
			set[name] = value != ""
		}
	}
	for name, value := range settings() {
		if slices.Contains(places, name) && !set[name] && (name != "GOTMPDIR" || isDir(value)) {
			env = append(env, name+"="+value)
		}
	}
	if dir := home(); dir != "" && dir != os.Getenv("HOME") {
		env = append(env, "HOME="+dir)
	}
	return append(env, "GOENV=off", "GOFLAGS=", "GO111MODULE=on", "GOWORK=off", "GORACE="+Race, "GODEBUG=tracebacklabels=1")
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// settings are those that the user has written with "go env -w".
func settings() map[string]string {
	file := os.Getenv("GOENV")
	if file == "" {
		dir, err := os.UserConfigDir()
		if err != nil {
			return nil
		}
		file = filepath.Join(dir, "go", "env")
	}
	text, err := os.ReadFile(file)
	if file == "off" || err != nil {
		return nil
	}
	all := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if name, value, ok := strings.Cut(strings.TrimSpace(lines.Text()), "="); ok && !strings.HasPrefix(name, "#") {
			all[name] = value
		}
	}
	return all
}

// Ignored are the user's Go settings that [Environ] drops, as NAME=value, because
// they would change verdicts.
func Ignored() []string {
	var found []string
	written := settings()
	for _, name := range dropped[1:] { // GOENV is where the others are
		if v := os.Getenv(name); v == "off" && name == "GOWORK" {
			continue // as ours
		} else if v != "" {
			found = append(found, name+"="+v)
		} else if v := written[name]; v != "" {
			found = append(found, name+"="+v)
		}
	}
	return found
}

// WorkIn is the environment in which go keeps what it builds in dir. A go command
// that is killed, as each is when another save overtakes it, leaves that behind:
// a folder of ours is removed. A place that the user has chosen, because programs
// cannot be started from the usual one, stays.
func WorkIn(dir string) []string {
	if chosen() != "" {
		return nil
	}
	return []string{"GOTMPDIR=" + dir}
}

// chosen is the folder for temporary programs that the user has set.
func chosen() string {
	for _, dir := range []string{os.Getenv("GOTMPDIR"), settings()["GOTMPDIR"]} {
		if dir != "" && isDir(dir) {
			return dir
		}
	}
	return ""
}

// home is the user's home folder, because go needs one for its caches. Where HOME
// is not set, or nothing can be written there, it is the one that the system
// knows, or else a folder for temporary files.
func home() string {
	if runtime.GOOS == "windows" {
		return ""
	}
	candidates := []string{os.Getenv("HOME")}
	if u, err := user.Current(); err == nil {
		candidates = append(candidates, u.HomeDir)
	}
	for _, dir := range candidates {
		if filepath.IsAbs(dir) && os.MkdirAll(filepath.Join(dir, ".cache"), 0o755) == nil {
			return dir
		}
	}
	return private()
}

// CacheDir is the checker's folder in the user's cache; "" if there is none.
func CacheDir() string {
	caches, err := os.UserCacheDir()
	if err != nil || os.MkdirAll(caches, 0o755) != nil {
		dir := home()
		if dir == "" {
			return ""
		}
		caches = filepath.Join(dir, ".cache")
	}
	return filepath.Join(caches, "nodebook")
}
