// Package dingtalk imitates the DingTalk platform on the wire (floor 6): the new and the old API, the login host
// and the Stream gateway stand on one base URL, which is all that differs from the real thing. It also plays the
// people: they speak to the robot, press cards, and everything they see is kept in order.
//
// It is written from the platform's documented behaviour alone, so it must not import any room of the house nor
// any library outside the standard one, and adapters must not borrow from it: both sides would then share one
// misunderstanding. Moments come from Options.Now (tokens, tickets, sessions, rate windows, quotas, redelivery
// run on that clock); only the waiting for an answer on the network uses the host's time, through contexts.
//
// Where the platform's documents are silent the choice made here is marked "ours" in the comment.
package dingtalk
