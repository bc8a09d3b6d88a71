// Package fault keeps what a person is told apart from what went wrong inside (floor 0).
// A fault carries a code, a sentence in Chinese that may be shown to anybody, and a cause that
// may not. It imports nothing of the house.
package fault

import (
	"errors"
	"fmt"
)

// Code says what kind of fault it is; doors translate it to a status in one table.
type Code string

// The codes.
const (
	Invalid     Code = "invalid"     // what was sent cannot be taken; the sentence says what to send
	NotFound    Code = "not_found"   // no such thing, or none the asker may know of
	Forbidden   Code = "forbidden"   // known, but not the asker's to do
	Conflict    Code = "conflict"    // it changed meanwhile, or was done already
	Ambiguous   Code = "ambiguous"   // more than one reading; the sentence asks
	Unavailable Code = "unavailable" // not now; nothing was lost
	Internal    Code = "internal"    // ours; the cause is in the log
)

// Error is a fault: Sentence is for people, Cause for the log.
type Error struct {
	Code     Code
	Sentence string
	Cause    error
}

// New makes a fault with a sentence a person may read.
func New(code Code, sentence string) *Error { return &Error{Code: code, Sentence: sentence} }

// Newf is New with a format.
func Newf(code Code, format string, args ...any) *Error {
	return New(code, fmt.Sprintf(format, args...))
}

// Because gives a copy of the fault that carries its private cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// Error gives the sentence only; the cause is reached through Unwrap.
func (e *Error) Error() string { return e.Sentence }

// Unwrap gives the private cause.
func (e *Error) Unwrap() error { return e.Cause }

// CodeOf gives the code of the fault inside err; Internal for any other error, "" for nil.
func CodeOf(err error) Code {
	var f *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &f):
		return f.Code
	}
	return Internal
}

// internalSentence is all a person hears of an error that is ours.
const internalSentence = "系统暂时没有处理成功，您的消息已保存，请稍后再试或联系项目办。"

// Sentence gives what a person may be told of err: the fault's sentence, or a courteous general one.
func Sentence(err error) string {
	var f *Error
	if errors.As(err, &f) && f.Code != Internal {
		return f.Sentence
	}
	return internalSentence
}
