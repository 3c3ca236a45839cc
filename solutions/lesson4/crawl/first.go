package crawl

import "context"

// FirstAnswers asks peers with n workers until want of them have answered. Then
// it cancels what is under way, asks no more peers, and returns the answers in
// the order in which they arrived, at most want of them. If fewer answer, or ctx
// ends, it returns those that did. A failure is not an answer.
//
// It returns as soon as the calls that it cancelled have ended. No goroutine is
// left. If want is below 1, no peer is asked.
func FirstAnswers(ctx context.Context, ask Ask, addresses []string, n, want int) []Result {
	// BEGIN SOLUTION
	if want < 1 {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var answers []Result
	for r := range Pool(ctx, ask, addresses, n) { // to the end, so that every worker has ended
		if r.Err != nil || len(answers) == want {
			continue
		}
		if answers = append(answers, r); len(answers) == want {
			cancel()
		}
	}
	return answers
	// END SOLUTION
}
