// Package wecom speaks with WeCom (企业微信) for duban (floor 2): the callback of a self-built app,
// the aibot's long connection, five ways to send, sign-in and files. It turns the platform's wire into
// package chat and back. It must not know the ledger, the database or a sentence of the product, and it
// is the only place that may import the WeCom library, which it keeps behind a fence (fence.go).
//
// The facts it is built on are marked where they are used: byte limits, error codes and windows come
// from the official pages of message/send (90236), appchat (90245, 90248), the webhook robot (99110),
// callback encryption (91144) and the aibot (101031, 101463).
package wecom
