package dingtalk

// The numbers of the old API that the imitation answers with.
const (
	errTokenUnknown   = 40014
	errTokenExpired   = 42001
	errNoJSON         = 40035
	errAuthCode       = 40078 // ours: the documents give no number for a used or unknown code
	errBadSecret      = 40089 // ours: the documents say only "not 0"
	errContentType    = 43004
	errNoUserID       = 33012
	errNoUser         = 60121
	errBadMobile      = 40104
	errBadParameter   = 400002
	errQuota          = 90020
	errNoSession      = 300001
	errSecurity       = 310000
	errGroupGone      = 400013
	errMsgType        = 400105
	errTooFast        = 130101
	errThrottled      = 410100
	errBodyTooLong    = 460101
	errMediaTooLarge  = 40009 // ours
	errMediaForbidden = 40005 // ours
)
