package crawl

import "context"

// FirstAnswers asks peers with n workers until want of them have answered. Then
// it cancels what is under way, asks nobody any more, and returns the answers in
// the order in which they came, want of them at most. Where fewer answer, or ctx
// ends, it returns those that did. A failure is no answer.
//
// It returns as soon as the asking that it cancelled has come to its end. No
// goroutine is left. A want below 1 has enough at once: nobody is asked.
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
