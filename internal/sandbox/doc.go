// Package sandbox is the world around duban, imitated (floor 6): both chat platforms on the wire, a
// clock that can be turned, people who type and press. It plays scenario files and runs the demo. It
// starts the whole product through its real doors and never reaches around them; serve never starts it.
package sandbox
