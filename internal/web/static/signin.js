// Asks the DingTalk app for an auth code and posts it. Whatever goes wrong leads to the link below.
(function () {
  "use strict";
  var form = document.getElementById("code-form");
  function fail() {
    document.getElementById("wait").hidden = true;
    document.getElementById("failed").hidden = false;
  }
  var ask = {
    corpId: form.dataset.corp,
    clientId: form.dataset.client,
    onSuccess: function (r) { form.code.value = r.code; form.submit(); },
    onFail: fail
  };
  try {
    if (dd.requestAuthCode) dd.requestAuthCode(ask);
    else dd.ready(function () { dd.runtime.permission.requestAuthCode(ask); });
  } catch (e) {
    fail();
  }
})();
