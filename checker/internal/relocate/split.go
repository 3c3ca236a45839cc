package relocate

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// folder is one of lesson 5 before it was split, and where its code is now. Code
// goes to the first folder that has its name.
type folder struct {
	old   string
	now   []string
	whole bool // all of its files are written, not only those with something to change
}

var folders = []folder{
	{"lessons/lesson5/chain", []string{"lessons/lesson5/chain", "lessons/lesson6/consensus"}, true},
	{"lessons/lesson5/p2p", []string{"lessons/lesson6/p2p"}, true},
	{"lessons/lesson5", []string{"lessons/lesson5", "lessons/lesson6"}, true},
	{"lessons/lesson5/wallet", []string{"lessons/lesson5/wallet"}, false},
	{"lessons/lesson5/relay", []string{"lessons/lesson5/relay"}, false},
	{"lessons/lesson5/node", []string{"lessons/lesson5/node"}, false},
}

// concerns reports whether the split changes anything for a file of the old
// layout.
func concerns(file string, text []byte) bool {
	for _, f := range folders {
		if f.old == path.Dir(file) {
			return strings.HasSuffix(file, ".go") && (f.whole || names.Match(text))
		}
	}
	return false
}

// names finds what other packages may use of chain's that is consensus's now.
var names = regexp.MustCompile(`\bchain\.(Rules|Classroom|ErrCoinbase|ErrDifficulty|ErrFuture|SignedValues|ErrSelf|CheckPayment|PaySigned|` +
	`TargetOf|BitsOf|Work|Retarget|ErrBits|Index|Entry|Change|NewIndex|ErrOrphan|ErrDuplicate|ErrBranch|ErrFull|MaxIndex|MaxLocator|Proof|ErrProof|VerifyPayment)\b|lesson5/p2p"`)

const (
	chainDir     = "lessons/lesson5/chain"
	consensusDir = "lessons/lesson6/consensus"
	chainPath    = "nodebook/" + chainDir
	consensus    = "nodebook/" + consensusDir
	oldPeers     = "nodebook/lessons/lesson5/p2p"
	peers        = "nodebook/lessons/lesson6/p2p"
)

// functions are methods of chain's types that are functions of consensus now.
var functions = map[string]string{
	"Transaction.SigningBytes": "SigningBytes",
	"Ledger.Connect":           "Connect",
	"Ledger.Disconnect":        "Disconnect",
}

// moved are the names of these methods.
var moved = map[string]bool{"SigningBytes": true, "Connect": true, "Disconnect": true}

// newcomers are names that the packages did not have before: code of the
// learner's that has such a name is something else.
var newcomers = map[string]bool{"Version": true, "versions": true, "Register": true, "TreeOf": true, "Ledger.Undo": true, "leaf": true, "init": true}

// layout holds the code of lesson 5 as it was handed out before the split. With it, a line
// that a learner wrote can be told from one that was handed out.
//
//go:embed before.zip
var layout []byte

// HandedOut is lesson 5's code before the split, by path.
func HandedOut() map[string][]byte {
	out := map[string][]byte{}
	z, err := zip.NewReader(bytes.NewReader(layout), int64(len(layout)))
	if err != nil {
		panic(err) // it is embedded
	}
	for _, f := range z.File {
		b, err := fs.ReadFile(z, f.Name)
		if err != nil {
			panic(err)
		}
		out[f.Name] = b
	}
	return out
}

// Split reports whether a workbook with these handed-out files has the old layout,
// and these new files the new one.
func Split(old func(name string) bool, files map[string][]byte) bool {
	return old(chainDir+"/bits.go") && files[chainDir+"/bits.go"] == nil && files[consensusDir+"/bits.go"] != nil
}

// Exercise is the lesson and name that an exercise of the old lesson 5 has now,
// where has reports whether a lesson has an exercise.
func Exercise(name string, has func(lesson, exercise string) bool) (lesson, exercise string) {
	now := name
	if f := functions[name]; f != "" {
		now = f
	}
	if !has("lesson5", name) && has("lesson6", now) {
		return "lesson6", now
	}
	return "lesson5", name
}

// plain is code without what the split changed in it: names of packages, and
// white space.
func plain(code string) string {
	code = strings.NewReplacer("chain.", "", "consensus.", "").Replace(code)
	return strings.Join(strings.Fields(code), " ")
}

// handedOut are lines that learners did not write, and declarations.
type handedOut struct {
	lines map[string]bool
	decls map[string]bool
}

func handed(fresh map[string][]byte) handedOut {
	h := handedOut{map[string]bool{}, map[string]bool{}}
	add := func(file string, text []byte) {
		for line := range strings.Lines(string(text)) {
			h.lines[plain(line)] = true
		}
		for _, d := range read(file, text).decls {
			h.decls[plain(d.text)] = true
		}
	}
	for _, files := range []map[string][]byte{fresh, HandedOut()} {
		for file, text := range files {
			if strings.HasSuffix(file, ".go") {
				add(file, text)
			}
		}
	}
	return h
}

// own are the lines of a text that the learner wrote.
func (h handedOut) own(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); strings.TrimSpace(line) != "" && !h.lines[plain(line)] {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}
