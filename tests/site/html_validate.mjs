// What html-validate asks of every page: the HTML standard. Accessibility is axe-core's part (test_pages.py).
export default {
  root: true,
  extends: ["html-validate:standard"],
  rules: {
    // Material switches its menu and search with checkboxes, and `autocomplete="off"` keeps Firefox from
    // opening them again on reload. The standard reserves the attribute for what one types or picks.
    "valid-autocomplete": "off",
  },
}
