/** What a new document of a kind begins with: valid YAML but for the names in it, which are the writer's. */
export const TEMPLATES: Record<string, string> = {
  Role: `apiVersion: muster.dev/v1
kind: Role
metadata:
  name: camera-user
  description: may film
spec:
  permissions:
    - ohos.permission.CAMERA
`,
  Binding: `apiVersion: muster.dev/v1
kind: Binding
metadata:
  name: pit-cameras
spec:
  roles: [camera-user]
  apps:
    bundles: [com.example.pitcamera]
  devices: all
`,
  GuardRail: `apiVersion: muster.dev/v1
kind: GuardRail
metadata:
  name: no-microphones
spec:
  deny:
    - ohos.permission.MICROPHONE
`,
  Capability: `apiVersion: muster.dev/v1
kind: Capability
metadata:
  name: survey-week
  description: surveyors may locate during the survey
spec:
  permissions:
    - ohos.permission.APPROXIMATELY_LOCATION
  apps:
    bundles: [com.example.survey]
  devices: all
  when: "minute >= clock('06:00') && minute < clock('18:00')"
  notAfter: "${new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10)}T18:00:00Z"
`,
  Zone: `apiVersion: muster.dev/v1
kind: Zone
metadata:
  name: pit-3
spec:
  circle:
    latitude: 51.05
    longitude: 13.74
    radiusMetres: 400
`,
  Shift: `apiVersion: muster.dev/v1
kind: Shift
metadata:
  name: early
spec:
  windows:
    - days: [mon, tue, wed, thu, fri]
      from: "06:00"
      to: "14:00"
`,
  PolicyTest: `apiVersion: muster.dev/v1
kind: PolicyTest
metadata:
  name: pit-camera-films
spec:
  device: {}
  app:
    bundle: com.example.pitcamera
    requested: [ohos.permission.CAMERA]
  at: "2026-01-05T07:00:00Z"
  expect:
    - permission: ohos.permission.CAMERA
      granted: true
`,
};
