// Package wecom imitates the WeCom (企业微信) platform on the wire (floor 6): the REST
// interface, the encrypted callback of a self-built app, group webhooks, app-created
// groups, the long connection of an intelligent robot (aibot) and the OAuth2 sign-in.
// A client of the real thing needs nothing changed but its base URL.
//
// It is written from docs on the wire format alone and shares no code with the adapter
// it is used to test, so that a mistake on one side shows on the other. It uses the
// standard library only, imports nothing of the house, never asks the host for the
// time (the platform clock is handed in) and must never be reachable from `serve`.
//
// Where the published facts leave a behaviour open, the imitation takes the stricter
// reading and the comment at that place says so.
package wecom
