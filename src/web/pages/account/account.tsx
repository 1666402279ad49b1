/** Own account, tokens, and for admins users and the audit log. */
export default function AccountPage() {
  return <h1>Account</h1>;
}
