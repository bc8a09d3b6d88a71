// The form works without this file: it only says sooner what the server would say later.
(function () {
  "use strict";
  var form = document.getElementById("report");
  var photos = document.getElementById("photos");
  var wrong = document.getElementById("photos-wrong");
  var buttons = form.querySelectorAll("button");

  function check() {
    var problem = "";
    if (photos.files.length > 3) problem = "照片最多3张，请重新选择。";
    for (var i = 0; i < photos.files.length; i++) {
      if (photos.files[i].size > 10 * 1024 * 1024) problem = "照片“" + photos.files[i].name + "”超过10MB，请压缩后重新选择。";
    }
    wrong.textContent = problem;
    wrong.hidden = !problem;
    return !problem;
  }

  photos.addEventListener("change", check);
  form.addEventListener("submit", function (e) {
    if (!check()) {
      e.preventDefault();
      wrong.scrollIntoView({ block: "center" });
      return;
    }
    // Only after the browser has gathered the form: a disabled button would not be sent with it.
    setTimeout(function () {
      buttons.forEach(function (b) { b.disabled = true; });
      (e.submitter || buttons[0]).textContent = "正在提交……";
    }, 0);
  });
  // Back from the receipt: what is shown may be old.
  window.addEventListener("pageshow", function (e) { if (e.persisted) location.reload(); });

  var bad = document.querySelector(".field.bad");
  var question = document.getElementById("question");
  if (bad) bad.scrollIntoView({ block: "center" });
  else if (question) question.scrollIntoView({ block: "nearest" });
})();
