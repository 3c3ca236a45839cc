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
	return nil
}
