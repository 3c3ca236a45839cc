package serve

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	mostBody  = 1 << 20            // bytes of a request's body
	cookieAge = 365 * 24 * 60 * 60 // seconds: a bookmark works in a browser that was closed, too
)

// guard lets through only what our own page in the learner's browser asks.
//
//   - Host must be the address that we listen on: a name that an attacker has
//     pointed at 127.0.0.1 (DNS rebinding) is refused.
//   - The token must come along, in a cookie that no other site's request
//     carries; the address printed on the terminal sets it. A browser gives a
//     cookie to every port of its host, to whomever they belong; ours is for
//     paths that begin with a random word, which nobody else can ask for.
//   - A request of another origin is refused even so.
//   - The page may load nothing but what we serve, and nobody may frame it.
func (s *Server) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	inner := cross.Handler(http.StripPrefix(strings.TrimSuffix(s.room, "/"), next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nonce := rand.Text()
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-"+nonce+"'; img-src 'self' data:; "+
			"connect-src 'self'; frame-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		refuse := func(why string, status int) {
			// A body that a stranger may send drop by drop is not waited for.
			h.Set("Connection", "close")
			_ = http.NewResponseController(w).SetReadDeadline(time.Now())
			http.Error(w, why, status)
		}
		switch {
		case !s.ourHost(r.Host):
			refuse("this server answers to http://"+s.host+" only", http.StatusMisdirectedRequest)
			return
		case foreign(r):
			refuse("this request comes from another site", http.StatusForbidden)
			return
		case r.Method == http.MethodGet && r.URL.Path == s.room+"hello":
			s.hello(w, r)
			return
		case s.hasToken(r.URL.Query().Get("token")) && r.Method == http.MethodGet:
			http.SetCookie(w, &http.Cookie{Name: s.cookie(), Value: s.token, Path: s.room, MaxAge: cookieAge, HttpOnly: true, SameSite: http.SameSiteStrictMode})
			if r.Header.Get("Sec-Fetch-Site") == "cross-site" {
				// From the file that "checker serve" has opened. A redirect would go
				// without the cookie, which is only for what our own pages ask.
				h.Set("Content-Type", "text/html; charset=utf-8")
				fmt.Fprintf(w, "<!doctype html><title>Nodebook</title><meta http-equiv=\"refresh\" content=\"0;url=%s\">", html.EscapeString(r.URL.Path))
				return
			}
			http.Redirect(w, r, r.URL.Path, http.StatusSeeOther)
			return
		case !s.authorised(r):
			refuse("open the address that \"checker serve\" printed: it carries the token", http.StatusUnauthorized)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, mostBody)
		r.Header.Set("X-Nonce", nonce)
		inner.ServeHTTP(w, r)
	})
}

// ourHost reports whether the browser means us: our address, or localhost.
func (s *Server) ourHost(host string) bool {
	_, port, err := net.SplitHostPort(s.host)
	return err == nil && (host == s.host || host == "localhost:"+port)
}

// foreign reports whether another site made the browser ask. A request without
// these headers comes from a program of the user's own, which still needs the token.
func foreign(r *http.Request) bool {
	if o := r.Header.Get("Origin"); o != "" && o != "http://"+r.Host {
		return true
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return false
	}
	return !(r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate")
}

// cookie is the cookie's name. Browsers share cookies between ports, so that
// two workbooks need two names.
func (s *Server) cookie() string {
	return "nodebook-" + s.host[strings.LastIndexByte(s.host, ':')+1:]
}

func (s *Server) authorised(r *http.Request) bool {
	c, err := r.Cookie(s.cookie())
	return err == nil && s.hasToken(c.Value)
}

func (s *Server) hasToken(got string) bool {
	return subtle.ConstantTimeCompare([]byte(got), []byte(s.token)) == 1
}

// read takes a JSON body; it answers itself, and says false, if there is none.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	d := json.NewDecoder(r.Body)
	err := d.Decode(into)
	if err == nil && d.More() {
		err = errors.New("more than one value")
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		http.Error(w, "the request is too large", http.StatusRequestEntityTooLarge)
	case err != nil:
		http.Error(w, "not the JSON that is wanted here", http.StatusBadRequest)
	}
	return err == nil
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}

// oops answers for a fault that is not the request's.
func oops(w http.ResponseWriter, err error) {
	http.Error(w, err.Error(), http.StatusInternalServerError)
}
