package bitnodes_test

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"nodebook/fixtures/bitnodes/server"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson3/bitnodes"
)

var statuses = []struct {
	err  error
	name string
}{
	{bitnodes.ErrThrottled, "ErrThrottled"}, {bitnodes.ErrNotFound, "ErrNotFound"}, {bitnodes.ErrMoved, "ErrMoved"},
	{bitnodes.ErrServer, "ErrServer"}, {bitnodes.ErrStatus, "ErrStatus"},
}

// is wants err to be want and none of the other sentinels.
func is(try *expect.Try, err, want error) {
	for _, s := range statuses {
		if s.err == want {
			try.ErrorIs(err, s.err, s.name)
		}
	}
	for _, s := range statuses {
		if s.err != want {
			try.NotErrorIs(err, s.err, s.name)
		}
	}
}

// sameWait wants RetryAfter to be want.
func sameWait(try *expect.Try, got, want time.Duration) {
	try.True(got == want, fmt.Sprintf("RetryAfter = %v", got), fmt.Sprintf("RetryAfter = %v", want))
}

func TestCheckStatus(t *testing.T) {
	d := draw.From(t)
	try := expect.Tried(t, "CheckStatus(resp), where resp has status 200")
	try.NoError(bitnodes.CheckStatus(response(nil, http.StatusOK, text("{}"))))
	for _, tt := range []struct {
		codes []int
		want  error
	}{
		{[]int{404}, bitnodes.ErrNotFound},
		{[]int{429}, bitnodes.ErrThrottled},
		{[]int{300, 301, 302, d.Between(303, 398), 399}, bitnodes.ErrMoved},
		{[]int{500, 502, 503, d.Between(504, 598), 599}, bitnodes.ErrServer},
		{[]int{199, 201, 204, d.Between(205, 298), 299, 400, 401, 403, d.Between(405, 428), d.Between(430, 498), 499, 600}, bitnodes.ErrStatus},
	} {
		for _, code := range tt.codes {
			b := text(html)
			try := expect.Tried(t, "CheckStatus(resp), where resp has status %d and a page of HTML", code)
			err := bitnodes.CheckStatus(response(nil, code, b))
			try.Why("429 is ErrThrottled, 404 ErrNotFound, 300 to 399 ErrMoved, 500 to 599 ErrServer, any other but 200 ErrStatus")
			is(try, err, tt.want)
			try.Why("the error says which status it was: its reader sees nothing else of the answer")
			try.Mentions(err, fmt.Sprint(code))
			try.Why("the body of an error may be long, slow, or HTML; the status says enough")
			try.True(!b.read.Load(), "a body that was read", "a body left alone")
		}
	}
}

func TestCheckStatus_retryAfter(t *testing.T) {
	d := draw.From(t)
	most := int(maxRetryAfter / time.Second)
	drawn := d.Between(2, most-2)
	for _, tt := range []struct {
		header string
		want   time.Duration
		why    string
	}{
		{fmt.Sprint(drawn), time.Duration(drawn) * time.Second, "the header counts seconds"},
		{"1", time.Second, "the header counts seconds"},
		{"0", 0, ""},
		{"", 0, "there is no header, and so no time"},
		{"soon", 0, "not a number, and so no time"},
		{"-" + fmt.Sprint(drawn), 0, "there is no waiting for less than nothing"},
		{"1.5", 0, "not a whole number, and so no time"},
		{fmt.Sprint(drawn) + "s", 0, "not a number, and so no time"},
		{"Wed, 21 Oct 2099 07:28:00 GMT", 0, "a date is allowed by HTTP, but this API counts seconds"},
		{fmt.Sprint(most - 1), maxRetryAfter - time.Second, "a second less than MaxRetryAfter is still a second less"},
		{fmt.Sprint(most), maxRetryAfter, ""},
		{fmt.Sprint(most + 1), maxRetryAfter, "more than MaxRetryAfter is MaxRetryAfter"},
		{"9223372037", maxRetryAfter, "this many seconds, in nanoseconds, do not fit an int64: the product would be negative, and the wait none"},
		{"18446744074", maxRetryAfter, "this many seconds, in nanoseconds, do not fit 64 bits: the product would be small, and the wait short"},
		{"9223372036854775808", maxRetryAfter, "this number does not fit an int64, and is still a number: more than MaxRetryAfter"},
		{"100000000000000000000", maxRetryAfter, "this number does not fit 64 bits, and is still a number: more than MaxRetryAfter"},
		{"+" + fmt.Sprint(drawn), 0, "decimal digits have no sign, also where a parser allows one"},
		{fmt.Sprintf("%#x", drawn), 0, "decimal digits are 0 to 9; strconv takes 0x for hex where its base is 0"},
		{fmt.Sprintf("0b%b", drawn), 0, "decimal digits are 0 to 9; strconv takes 0b for binary where its base is 0"},
		{"1_000", 0, "decimal digits are 0 to 9; strconv takes the underscore where its base is 0"},
		{"3e2", 0, "decimal digits are 0 to 9, and e is none"},
		{"３０", 0, "decimal digits are the 0 to 9 of ASCII; Unicode has more that unicode.IsDigit knows"},
		{"010", 10 * time.Second, "decimal digits, so this is ten; strconv takes 0 for octal where its base is 0"},
		{" 30", 0, "decimal digits and nothing else: a space is none"},
		{"30 ", 0, "decimal digits and nothing else: a space is none"},
		{"000000000000000000000030", 30 * time.Second, "zeros in front do not change a number, however many: it is not its length that makes it large"},
		{"0000" + fmt.Sprint(drawn), time.Duration(drawn) * time.Second, "zeros in front do not change a number"},
	} {
		resp := response(nil, http.StatusTooManyRequests, text(""))
		if tt.header != "" {
			resp.Header.Set("Retry-After", tt.header)
		}
		try := expect.Tried(t, "CheckStatus(resp), where resp has status 429 and the header Retry-After is %q", tt.header).Why("%s", tt.why)
		err := bitnodes.CheckStatus(resp)
		var throttled *bitnodes.ThrottledError
		try.True(errors.As(err, &throttled), expect.Error(err), "an error that wraps a *ThrottledError: errors.As finds it")
		sameWait(try, throttled.RetryAfter, tt.want)
	}
}

func TestCheckStatus_location(t *testing.T) {
	d := draw.From(t)
	to := drawURL(d)
	resp := response(nil, http.StatusMovedPermanently, text(html))
	resp.Header.Set("Location", to)
	try := expect.Tried(t, "CheckStatus(resp), where resp has status 301 and the header Location is %q", to).Why("the error says where to ask next")
	err := bitnodes.CheckStatus(resp)
	try.ErrorIs(err, bitnodes.ErrMoved, "ErrMoved")
	try.Mentions(err, to)
}

// The errors of CheckStatus are of use only if FetchSnapshot returns them.
func TestCheckStatus_inFetchSnapshot(t *testing.T) {
	d := draw.From(t)
	s, client := serve(t)
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	seconds := d.Between(1, 9999)
	for _, tt := range []struct {
		what   string
		answer server.Answer
		want   error
	}{
		{"status 404", server.Status(404), bitnodes.ErrNotFound},
		{"status 500 and HTML", server.Status(500), bitnodes.ErrServer},
		{"a redirect that client does not follow", server.Redirect("/elsewhere/"), bitnodes.ErrMoved},
		{"status 403", server.Status(403), bitnodes.ErrStatus},
		{fmt.Sprintf("status 429 and Retry-After: %d", seconds), server.Throttled(fmt.Sprint(seconds)), bitnodes.ErrThrottled},
	} {
		s.Handle(server.Latest, tt.answer)
		try := expect.Tried(t, "FetchSnapshot(ctx, client, url) of a server that answers with %s", tt.what)
		try.Why("FetchSnapshot has to call CheckStatus, and to wrap its error with %%w")
		_, err := bitnodes.FetchSnapshot(t.Context(), client, s.URL(server.Latest))
		is(try, err, tt.want)
		if tt.want == bitnodes.ErrThrottled {
			var throttled *bitnodes.ThrottledError
			try.True(errors.As(err, &throttled), expect.Error(err), "an error that wraps a *ThrottledError: errors.As finds it")
			sameWait(try, throttled.RetryAfter, time.Duration(seconds)*time.Second)
		}
	}
}

func TestCheckStatus_apart(t *testing.T) {
	d := draw.From(t)
	seconds := d.Between(2, 3000)
	var errs [2]*bitnodes.ThrottledError
	try := expect.Tried(t, "CheckStatus of two answers with status 429, with Retry-After: %d and %d; then the first error again", seconds, seconds+1)
	for i := range errs {
		resp := response(nil, http.StatusTooManyRequests, text(""))
		resp.Header.Set("Retry-After", strconv.Itoa(seconds+i))
		try.True(errors.As(bitnodes.CheckStatus(resp), &errs[i]), "no *ThrottledError", "a *ThrottledError, which errors.As finds")
	}
	try.Why("each answer has its own error: one that all share says of each what the last one said")
	sameWait(try, errs[0].RetryAfter, time.Duration(seconds)*time.Second)
}
