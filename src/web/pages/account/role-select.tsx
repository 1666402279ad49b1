import { isAtLeast, roles, type Role } from "#model/roles.js";

interface RoleSelectProps {
  readonly label: string;
  readonly value: Role;
  /** The highest role that can be chosen. */
  readonly most?: Role;
  readonly disabled?: boolean;
  readonly onChange: (role: Role) => void;
}

const meanings: Readonly<Record<Role, string>> = {
  viewer: "viewer: asks and reads",
  analyst: "analyst: also exports, shares views",
  admin: "admin: everything",
};

/** A choice of roles, each with what it may do. */
export function RoleSelect({ label, value, most = "admin", disabled = false, onChange }: RoleSelectProps) {
  return (
    <select
      className="input"
      aria-label={label}
      value={value}
      disabled={disabled}
      onChange={(event) => onChange(roles.find((role) => role === event.target.value) ?? value)}
    >
      {roles
        .filter((role) => isAtLeast(most, role))
        .map((role) => (
          <option key={role} value={role}>
            {meanings[role]}
          </option>
        ))}
    </select>
  );
}
