package serve

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/progress"
)

// secret is what a workbook keeps for its server, so that a bookmark and an open
// page survive a restart.
type secret struct {
	Token string `json:"token"`
	Room  string `json:"room"` // the first word of every path
	Port  int    `json:"port"` // of the last server; 0 if there was none
}

var (
	aToken = lazyregexp.New(`^[A-Z2-7]{26}$`)
	aRoom  = lazyregexp.New(`^[a-z2-7]{26}$`)
)

func secretFile(root string) string { return filepath.Join(root, progress.Dir, "serve.json") }

// openSecret reads the workbook's secret. One that is missing, that cannot be read or
// that others may have read is replaced by a new one.
func openSecret(root string) secret {
	fresh := secret{Token: rand.Text(), Room: strings.ToLower(rand.Text())}
	info, err := os.Lstat(secretFile(root))
	if err != nil || !info.Mode().IsRegular() || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return fresh
	}
	b, err := os.ReadFile(secretFile(root))
	var x secret
	if err != nil || json.Unmarshal(b, &x) != nil || !aToken().MatchString(x.Token) || !aRoom().MatchString(x.Room) || x.Port < 0 || x.Port > 65535 {
		return fresh
	}
	return x
}

// save writes the secret for the user alone.
func (x secret) save(root string) error {
	b, err := json.Marshal(x)
	if err != nil {
		return err
	}
	file := secretFile(root)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".nodebook-*") // its mode is 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(append(b, '\n'))
	if bad := tmp.Close(); err == nil {
		err = bad
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), file)
}

// An open page whose server has ended looks for it again. Another user's program may
// have taken the port meanwhile, and must not get the page's cookie. So the page
// asks without it, and sends it again only to a server that proves that it knows
// the token.
//
//	the page    GET hello?n=RANDOM
//	the server  HMAC(HMAC(token, "page"), RANDOM)

// proofKey is what a page needs to check a proof; it does not reveal the token.
func proofKey(token string) string { return mac([]byte(token), "page") }

// proof answers a page's challenge.
func proof(token, challenge string) string {
	key, _ := hex.DecodeString(proofKey(token))
	return mac(key, challenge)
}

func mac(key []byte, text string) string {
	m := hmac.New(sha256.New, key)
	io.WriteString(m, text)
	return hex.EncodeToString(m.Sum(nil))
}

const mostChallenge = 64 // bytes

// hello proves to a page that this is its server.
func (s *Server) hello(w http.ResponseWriter, r *http.Request) {
	n := r.URL.Query().Get("n")
	if n == "" || len(n) > mostChallenge {
		http.Error(w, "want a challenge", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, proof(s.token, n))
}

// AlreadyOpen reports that the workbook's server is running.
type AlreadyOpen struct{ URL string }

func (e *AlreadyOpen) Error() string { return "the workbook is already open at " + e.URL }

// serving reports whether the server of the workbook that has this secret listens on
// its port.
func (x secret) serving() (*AlreadyOpen, bool) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	at := fmt.Sprintf("http://127.0.0.1:%d/%s/", x.Port, x.Room)
	n := rand.Text()
	r, err := http.NewRequestWithContext(ctx, "GET", at+"hello?n="+n, nil)
	if err != nil {
		return nil, false
	}
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r) // no proxy for our own machine
	if err != nil {
		return nil, false
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 1<<10))
	if err != nil || !hmac.Equal(b, []byte(proof(x.Token, n))) {
		return nil, false
	}
	return &AlreadyOpen{at + "?token=" + x.Token}, true
}
