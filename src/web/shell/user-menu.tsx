import { useQueryClient } from "@tanstack/react-query";
import { CircleUser } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useLocation } from "wouter";
import type { SessionJson } from "#api/contract/index.js";
import { signOut } from "../client/session.ts";
import { useView } from "../state/view.ts";

/** Who is signed in, and what there is to do about it. */
export function UserMenu({ session }: { readonly session: SessionJson }) {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const { go } = useView();
  const { user, auth } = session;
  if (user === null) return null;
  const isOpen = auth === "none";
  const leave = async (): Promise<void> => {
    await signOut(queries);
    navigate("/");
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className="button button-quiet"
          aria-label={isOpen ? "Account: no sign-in" : `Account: ${user.name}`}
        >
          <CircleUser size={16} aria-hidden="true" />
          {!isOpen && <span>{user.name}</span>}
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4}>
          <DropdownMenu.Label className="menu-label">
            {isOpen ? "No sign-in: whoever reaches this port is admin" : `${user.name}, ${user.role}`}
          </DropdownMenu.Label>
          <DropdownMenu.Item className="menu-item" onSelect={() => go("/account")}>
            {isOpen ? "Sign-in" : "Password and tokens"}
          </DropdownMenu.Item>
          {user.role === "admin" && (
            <>
              <DropdownMenu.Item className="menu-item" onSelect={() => go("/account", { tab: "users" })}>
                Users
              </DropdownMenu.Item>
              <DropdownMenu.Item className="menu-item" onSelect={() => go("/account", { tab: "audit" })}>
                Audit log
              </DropdownMenu.Item>
            </>
          )}
          {!isOpen && (
            <>
              <DropdownMenu.Separator className="menu-line" />
              <DropdownMenu.Item className="menu-item" onSelect={() => void leave()}>
                Sign out
              </DropdownMenu.Item>
            </>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
